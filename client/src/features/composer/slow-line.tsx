/** Beside the composer while what was written waits for the server's limits. [LIM-5] */
import type { ConversationId } from '@kith/schema/ids';
import { useAtomValue } from 'jotai';
import { Hourglass } from 'lucide-react';
import { use, useEffect, useState } from 'react';
import { useKith } from '../../state/use-kith.ts';
import { TimeContext } from '../../ui/time-context.ts';
import { SLOW_SENTENCE, slowedUntil, slowNotice } from './slow-notice.ts';

const SECOND_MS = 1_000;

export const SlowLine = ({ id }: { readonly id: ConversationId }) => {
  const untilMs = slowedUntil(useAtomValue(useKith().statusAtom), id);
  return (
    <div role="status" aria-label="Sending" className="empty:-mb-2">
      {untilMs !== null && (
        <>
          <span className="sr-only">{SLOW_SENTENCE}</span>
          <Countdown untilMs={untilMs} />
        </>
      )}
    </div>
  );
};

const Countdown = ({ untilMs }: { readonly untilMs: number }) => {
  const { now, format } = use(TimeContext);
  const [nowMs, setNow] = useState(now);
  useEffect(() => {
    const look = () => setNow(now());
    look();
    const timer = setInterval(look, SECOND_MS);
    return () => clearInterval(timer);
  }, [now]);
  return (
    <p aria-hidden="true" className="flex items-center gap-2 px-2 pt-1 text-muted text-small tabular-nums">
      <Hourglass size={14} className="shrink-0" />
      {slowNotice(untilMs, nowMs, format.number)}
    </p>
  );
};
