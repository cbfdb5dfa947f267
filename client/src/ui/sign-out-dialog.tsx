import { useAtomValue } from 'jotai';
import { useKith } from '../state/use-kith.ts';
import { ConfirmDialog } from './confirm-dialog.tsx';
import { useTimeFormat } from './time-context.ts';

/** Says what is lost before this device's copy is wiped. */
export const SignOutDialog = ({ onClose }: { readonly onClose: () => void }) => {
  const { engine, unsentAtom } = useKith();
  const { pending, refused } = useAtomValue(unsentAtom) ?? { pending: 0, refused: 0 };
  const format = useTimeFormat();
  const lost = pending + refused;
  return (
    <ConfirmDialog
      title="Sign out of this device?"
      confirm="Sign out"
      onConfirm={() => engine.signOut()}
      onClose={onClose}
    >
      <p>This device's copy of your messages and your drafts is deleted. What the server has stays there.</p>
      {lost > 0 && (
        <p className="font-medium text-danger">
          {lost === 1 ? '1 message that has' : `${format.number(lost)} messages that have`} not gone out yet will be
          lost.
        </p>
      )}
    </ConfirmDialog>
  );
};
