import type { ConversationId } from '@kith/schema/ids';
import { type FormEvent, useId, useState } from 'react';
import { useEngine } from '../../state/use-kith.ts';
import { Banner } from '../../ui/banner.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { errorSentence } from '../../ui/error-sentence.ts';
import { TextField } from '../../ui/text-field.tsx';
import { TITLE_LENGTH } from '../../ui/title-length.ts';

export interface NewGroupDialogProps {
  readonly onCreated: (id: ConversationId) => void;
  readonly onClose: () => void;
}

export const NewGroupDialog = ({ onCreated, onClose }: NewGroupDialogProps) => {
  const engine = useEngine();
  const formId = useId();
  const [title, setTitle] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);

  const create = async () => {
    const trimmed = title.trim();
    if (trimmed === '') return setError('Please give the group a name.');
    setBusy(true);
    try {
      onCreated(await engine.createConversation({ kind: 'group', title: trimmed }));
    } catch (cause) {
      setError(errorSentence(cause));
      setBusy(false);
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!busy) void create();
  };

  return (
    <Dialog
      title="New group"
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={formId} look="primary" busy={busy}>
            Create group
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={submit} noValidate>
        <TextField
          label="Name of the group"
          hint="Next you get a link to invite people with."
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
