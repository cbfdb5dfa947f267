import type { EventId } from '@kith/schema/ids';
import { ArrowDown, ArrowUp } from 'lucide-react';
import { Button } from '../../ui/button.tsx';
import { Spinner } from '../../ui/spinner.tsx';
import { useTimeFormat } from '../../ui/time-context.ts';
import type { Arrivals } from './use-arrivals.ts';
import type { Older } from './use-older.ts';

export interface TimelineNoticesProps {
  readonly older: Older;
  readonly arrivals: Arrivals;
  readonly atEnd: boolean;
  readonly onToEnd: () => void;
  readonly onToLate: (first: EventId) => void;
}

const PILL = 'appear pointer-events-auto rounded-full border border-line bg-raised text-small shadow-raised';

/** What lies over the timeline and moves nothing in it. */
export const TimelineNotices = ({ older, arrivals, atEnd, onToEnd, onToLate }: TimelineNoticesProps) => {
  const format = useTimeFormat();
  const { late, behind } = arrivals;
  return (
    <>
      <div className="pointer-events-none absolute inset-x-0 top-2 flex flex-col items-center gap-2 px-4">
        {older.state === 'loading' && (
          <p
            role="status"
            className="after-a-moment flex items-center gap-2 rounded-full bg-raised px-4 py-2 text-muted text-small shadow-raised"
          >
            <Spinner /> Loading older messages…
          </p>
        )}
        {older.state === 'failed' && (
          <div role="status" className={`${PILL} flex items-center gap-1 py-0.5 pr-1 pl-4 text-muted`}>
            Older messages are not on this device. {older.reason}
            <Button look="quiet" className="shrink-0 px-3" onClick={older.retry}>
              Try again
            </Button>
          </div>
        )}
        {late && (
          <button
            type="button"
            onClick={() => {
              arrivals.dismissLate();
              onToLate(late.first);
            }}
            className={`${PILL} flex min-h-11 items-center gap-2 px-4 font-medium text-accent`}
          >
            <ArrowUp aria-hidden="true" size={16} />
            {late.count === 1 ? '1 message arrived late' : `${format.number(late.count)} messages arrived late`}, above
          </button>
        )}
      </div>
      {!atEnd && (
        <button
          type="button"
          onClick={onToEnd}
          aria-label={behind > 0 ? `Jump to latest, ${format.number(behind)} new` : 'Jump to latest'}
          className="appear absolute right-4 bottom-3 flex size-11 items-center justify-center rounded-full border border-line bg-raised text-muted shadow-raised hover:text-ink"
        >
          <ArrowDown aria-hidden="true" size={20} />
          {behind > 0 && (
            <span className="absolute -top-2 flex h-5 min-w-5 items-center justify-center rounded-full bg-accent px-1.5 font-semibold text-on-accent text-tiny">
              {format.number(behind)}
            </span>
          )}
        </button>
      )}
    </>
  );
};
