import { useAtomValue } from 'jotai';
import { useLocation } from 'wouter';
import { PATHS } from '../state/paths.ts';
import { useKith } from '../state/use-kith.ts';
import { ConfirmDialog } from './confirm-dialog.tsx';
import { useTimeFormat } from './time-context.ts';

/** Says what is lost before this device's copy is wiped. */
export const SignOutDialog = ({ onClose }: { readonly onClose: () => void }) => {
  const { engine, unsentAtom } = useKith();
  const { pending, refused } = useAtomValue(unsentAtom) ?? { pending: 0, refused: 0 };
  const [, navigate] = useLocation();
  const format = useTimeFormat();
  const lost = pending + refused;
  return (
    <ConfirmDialog
      title="Sign out of this device?"
      confirm="Sign out"
      onConfirm={() => engine.signOut().then(() => navigate(PATHS.home, { replace: true }))}
      onClose={onClose}
    >
      <p>Your messages and drafts are deleted from this device. What the server has stays there.</p>
      {lost > 0 && (
        <p className="font-medium text-danger">
          {lost === 1 ? '1 message that has' : `${format.number(lost)} messages that have`} not gone out yet will be
          lost.
        </p>
      )}
    </ConfirmDialog>
  );
};
