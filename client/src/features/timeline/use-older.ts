import type { ConversationId } from '@kith/schema/ids';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { TimelineView } from '../../engine/views.ts';
import type { TimelineState } from '../../state/kith-state.ts';
import { useEngine } from '../../state/use-kith.ts';
import { errorSentence } from '../../ui/error-sentence.ts';

export interface Older {
  readonly state: 'idle' | 'loading' | 'failed';
  /** Why it failed. */
  readonly reason: string | null;
  /** Asks for more above: first what is on this device, then what is elsewhere. Does nothing while it is under way. */
  readonly request: () => void;
  readonly retry: () => void;
}

export const useOlder = (id: ConversationId, timeline: TimelineState, view: TimelineView | undefined): Older => {
  const engine = useEngine();
  const [state, setState] = useState<Older['state']>('idle');
  const [reason, setReason] = useState<string | null>(null);
  const busyRef = useRef(false);
  const askedRef = useRef<TimelineView | null>(null);
  const mountedRef = useRef(true);
  useEffect(() => {
    mountedRef.current = true;
    return () => {
      mountedRef.current = false;
    };
  }, []);

  const load = useCallback(async () => {
    busyRef.current = true;
    setState('loading');
    try {
      await engine.loadOlder(id);
      if (mountedRef.current) setState('idle');
    } catch (error) {
      if (!mountedRef.current) return;
      setReason(errorSentence(error));
      setState('failed');
    } finally {
      busyRef.current = false;
    }
  }, [engine, id]);

  const request = useCallback(() => {
    if (view === undefined || busyRef.current) return;
    if (view.moreHere) {
      // Once for what is shown: a page may have been read already and not be on the screen yet.
      if (askedRef.current !== view) timeline.showOlder();
      askedRef.current = view;
    } else if (view.moreElsewhere && state === 'idle') void load();
  }, [view, timeline, state, load]);

  return { state, reason, request, retry: () => void load() };
};
