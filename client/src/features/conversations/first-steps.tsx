import { FileInput, MessagesSquare, NotebookPen, UserPlus } from 'lucide-react';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';

export interface FirstStepsProps {
  readonly onInvite: () => void;
  readonly onNoteToSelf: () => void;
  readonly onImport: () => void;
}

/** Nothing here yet: three ways to change that. */
export const FirstSteps = ({ onInvite, onNoteToSelf, onImport }: FirstStepsProps) => (
  <EmptyState icon={MessagesSquare} title="No conversations yet">
    <p className="text-muted">Make a group and send its link to somebody, or begin with a note to yourself.</p>
    <div className="mt-2 flex w-full flex-col gap-2">
      <Button look="primary" onClick={onInvite}>
        <UserPlus aria-hidden="true" size={18} /> Invite someone
      </Button>
      <Button onClick={onNoteToSelf}>
        <NotebookPen aria-hidden="true" size={18} /> Note to self
      </Button>
      <Button look="quiet" onClick={onImport}>
        <FileInput aria-hidden="true" size={18} /> Import messages
      </Button>
    </div>
  </EmptyState>
);
