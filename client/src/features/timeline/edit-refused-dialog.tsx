import type { EventId } from '@kith/schema/ids';
import { LIMITS } from '@kith/schema/limits';
import { useState } from 'react';
import { useEngine } from '../../state/use-kith.ts';
import { Banner } from '../../ui/banner.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { errorSentence } from '../../ui/error-sentence.ts';

export interface EditRefusedDialogProps {
  readonly eventId: EventId;
  readonly text: string;
  readonly onClose: () => void;
}

export const EditRefusedDialog = ({ eventId, text, onClose }: EditRefusedDialogProps) => {
  const engine = useEngine();
  const [edited, setEdited] = useState(text);
  const [error, setError] = useState<string | null>(null);
  const send = () => {
    if (edited.trim() === '') return setError('Please write something, or discard the message.');
    engine.retryMessage(eventId, edited).then(onClose, (cause: unknown) => setError(errorSentence(cause)));
  };
  return (
    <Dialog
      title="Edit message"
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" onClick={send}>
            Send
          </Button>
        </>
      }
    >
      <textarea
        aria-label="Text"
        rows={5}
        dir="auto"
        value={edited}
        maxLength={LIMITS.messageTextLength}
        onChange={(event) => setEdited(event.target.value)}
        data-autofocus=""
        className="resize-none rounded-xl border border-control bg-canvas px-3 py-2"
      />
      {error && <Banner tone="error">{error}</Banner>}
    </Dialog>
  );
};
