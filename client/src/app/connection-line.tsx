import { useAtomValue } from 'jotai';
import { CloudOff, TriangleAlert } from 'lucide-react';
import { useEffect, useState } from 'react';
import { restartingAtom } from '../state/interface-atoms.ts';
import { useKith } from '../state/use-kith.ts';
import { classNames } from '../ui/class-names.ts';
import { useTimeFormat } from '../ui/time-context.ts';
import { connectionNotice, isAway } from './connection-notice.ts';

/** Connecting for longer than this is as good as offline. */
const PATIENCE_MS = 4_000;

export const ConnectionLine = () => {
  const { statusAtom, unsentAtom } = useKith();
  const status = useAtomValue(statusAtom);
  const pending = useAtomValue(unsentAtom)?.pending ?? 0;
  const restarting = useAtomValue(restartingAtom);
  const format = useTimeFormat();
  const [away, setAway] = useState(false);
  const connection = status?.connection;
  useEffect(() => {
    setAway((before) => isAway(before, connection));
    if (connection !== 'connecting') return;
    const timer = setTimeout(() => setAway(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [connection]);

  const notice = connectionNotice({ status, away, pending, restarting }, format.number);
  const Icon = notice?.tone === 'failing' ? TriangleAlert : CloudOff;
  return (
    <div role="status" aria-label="Connection">
      {notice && (
        <p
          className={classNames(
            'flex items-center justify-center gap-2 px-4 py-1.5 text-center text-small',
            notice.tone === 'failing' ? 'bg-danger-soft font-medium text-danger' : 'bg-sunken text-muted',
          )}
        >
          <Icon aria-hidden="true" size={15} className="shrink-0" />
          {notice.text}
        </p>
      )}
    </div>
  );
};
