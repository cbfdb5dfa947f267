import { HLC_ZERO, type Hlc } from '@kith/schema/hlc';
import type { ConversationId } from '@kith/schema/ids';
import { useCallback, useEffect, useRef } from 'react';
import { useEngine } from '../../state/use-kith.ts';

/** Scrolling passes many messages a second: one word about the last of them is enough. */
const PAUSE_MS = 250;

/** Tells how far the person has seen, only while the tab is visible. `seen` gives the time of the last row in sight. */
export const useMarkRead = (id: ConversationId, seen: () => Hlc | null): (() => void) => {
  const engine = useEngine();
  const toldRef = useRef<Hlc>(HLC_ZERO);
  const timerRef = useRef<ReturnType<typeof setTimeout> | null>(null);
  const seenRef = useRef(seen);
  seenRef.current = seen;

  const tell = useCallback(() => {
    timerRef.current ??= setTimeout(() => {
      timerRef.current = null;
      const upTo = document.visibilityState === 'visible' ? seenRef.current() : null;
      if (upTo === null || upTo <= toldRef.current) return;
      const told = toldRef.current;
      toldRef.current = upTo;
      engine.markRead(id, upTo).catch(() => {
        toldRef.current = told; // told again at the next look
      });
    }, PAUSE_MS);
  }, [engine, id]);

  useEffect(() => {
    document.addEventListener('visibilitychange', tell);
    return () => {
      document.removeEventListener('visibilitychange', tell);
      if (timerRef.current !== null) clearTimeout(timerRef.current);
      timerRef.current = null;
    };
  }, [tell]);
  return tell;
};
