import { CircleAlert, FileInput } from 'lucide-react';
import { Tick } from '../../ui/tick.tsx';
import { useTimeFormat } from '../../ui/time-context.ts';
import { isImported, type TimelineRow } from './timeline-rows.ts';

/** Time and tick at the end of a message; a tap opens what they stand for. Its reach is larger than its looks. */
export const MessageMeta = ({ row, onOpen }: { readonly row: TimelineRow; readonly onOpen: () => void }) => {
  const format = useTimeFormat();
  const { item, ownSide, saidAt } = row;
  const { message, tick, refused } = item;
  return (
    <button
      type="button"
      tabIndex={-1}
      onClick={onOpen}
      className="relative float-right mt-1.5 ml-3 inline-flex h-4 items-center gap-1 text-muted text-tiny after:absolute after:-inset-x-2 after:-inset-y-3.5"
    >
      {message.state === 'shown' && message.editedAt !== null && <span>edited</span>}
      {isImported(message) && <FileInput role="img" aria-label="Imported" size={13} strokeWidth={1.75} />}
      <time dateTime={new Date(saidAt).toISOString()}>{format.time(saidAt)}</time>
      {refused && <CircleAlert role="img" aria-label="Not sent" size={15} className="text-danger" />}
      {ownSide && tick && !refused && <Tick tick={tick} />}
    </button>
  );
};
