import type { WireErrorCode } from '@kith/schema/wire-error';
import { useState } from 'react';
import type { TimelineItem } from '../../engine/views.ts';
import { useEngine } from '../../state/use-kith.ts';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { refusalSentence } from '../../ui/error-sentence.ts';
import { useCopy } from '../../ui/use-copy.ts';
import { useToastErrors } from '../../ui/use-toast-errors.ts';
import { EditRefusedDialog } from './edit-refused-dialog.tsx';

export interface RefusedActionsProps {
  readonly item: TimelineItem;
  readonly reason: WireErrorCode;
}

/** Nothing that somebody wrote is dropped: it stays with its reason until they decide. */
export const RefusedActions = ({ item, reason }: RefusedActionsProps) => {
  const engine = useEngine();
  const copy = useCopy();
  const toastErrors = useToastErrors();
  const [open, setOpen] = useState<'edit' | 'discard' | null>(null);
  const { eventId } = item.message;
  const text = item.message.state === 'shown' ? item.message.text : '';
  const close = () => setOpen(null);
  return (
    <div className="mt-1 flex flex-col items-end">
      <p className="text-right text-danger text-small">{refusalSentence(reason)}</p>
      <div className="flex flex-wrap justify-end">
        <Button look="quiet" className="px-3 text-small" onClick={() => setOpen('edit')}>
          Edit
        </Button>
        <Button look="quiet" className="px-3 text-small" onClick={() => toastErrors(engine.retryMessage(eventId))}>
          Try again
        </Button>
        <Button look="quiet" className="px-3 text-small" onClick={() => void copy(text)}>
          Copy
        </Button>
        <Button look="quiet-danger" className="px-3 text-small" onClick={() => setOpen('discard')}>
          Discard
        </Button>
      </div>
      {open === 'edit' && <EditRefusedDialog eventId={eventId} text={text} onClose={close} />}
      {open === 'discard' && (
        <ConfirmDialog
          title="Discard this message?"
          confirm="Discard"
          onConfirm={() => engine.discardMessage(eventId)}
          onClose={close}
        >
          <p>It was not sent, and this device has the only copy.</p>
        </ConfirmDialog>
      )}
    </div>
  );
};
