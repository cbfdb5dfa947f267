import type { ConversationView } from '../../engine/views.ts';
import { useEngine } from '../../state/use-kith.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { titleOf } from '../../ui/title-of.ts';

export interface LeaveDialogProps {
  readonly conversation: ConversationView;
  readonly onLeft: () => void;
  readonly onClose: () => void;
}

export const LeaveDialog = ({ conversation, onLeft, onClose }: LeaveDialogProps) => {
  const engine = useEngine();
  return (
    <ConfirmDialog
      title="Leave this conversation?"
      confirm="Leave"
      onConfirm={() => engine.leaveConversation(conversation.id).then(onLeft)}
      onClose={onClose}
    >
      <p>
        You get nothing new from <bdi className="font-medium">{titleOf(conversation)}</bdi>. What was said until now
        stays on this device. To come back you need an invitation.
      </p>
    </ConfirmDialog>
  );
};
