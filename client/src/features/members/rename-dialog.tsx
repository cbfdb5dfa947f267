import { type FormEvent, useId, useState } from 'react';
import type { ConversationView } from '../../engine/views.ts';
import { useEngine } from '../../state/use-kith.ts';
import { Banner } from '../../ui/banner.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { errorSentence } from '../../ui/error-sentence.ts';
import { TextField } from '../../ui/text-field.tsx';
import { TITLE_LENGTH } from '../../ui/title-length.ts';

export interface RenameDialogProps {
  readonly conversation: ConversationView;
  readonly onClose: () => void;
}

export const RenameDialog = ({ conversation, onClose }: RenameDialogProps) => {
  const engine = useEngine();
  const formId = useId();
  const [title, setTitle] = useState(conversation.title ?? '');
  const [error, setError] = useState<string | null>(null);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const trimmed = title.trim();
    if (trimmed === '') return setError('Please write a name.');
    engine
      .renameConversation(conversation.id, trimmed)
      .then(onClose, (cause: unknown) => setError(errorSentence(cause)));
  };
  return (
    <Dialog
      title="Rename"
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={formId} look="primary">
            Rename
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={submit} noValidate>
        <TextField
          label="Name"
          value={title}
          onChange={(event) => setTitle(event.target.value)}
          maxLength={TITLE_LENGTH}
          autoComplete="off"
          data-autofocus=""
        />
      </form>
      {error && <Banner tone="error">{error}</Banner>}
    </Dialog>
  );
};
