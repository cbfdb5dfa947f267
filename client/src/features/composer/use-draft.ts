import type { ConversationId } from '@kith/schema/ids';
import { useCallback, useEffect, useMemo, useRef } from 'react';
import { useEngine } from '../../state/use-kith.ts';

const PAUSE_MS = 400;

export interface Draft {
  readonly keep: (text: string) => void;
  /** Without waiting for a pause: what was sent must not come back as a draft. */
  readonly keepNow: (text: string) => void;
}

/** Saves what is being written: after a pause, when the tab is hidden or closed, and when the conversation is left. */
export const useDraft = (id: ConversationId, saved: string): Draft => {
  const engine = useEngine();
  const savedRef = useRef(saved);
  const textRef = useRef(saved);
  const timerRef = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);

  const save = useCallback(() => {
    clearTimeout(timerRef.current);
    if (textRef.current === savedRef.current) return;
    const text = textRef.current;
    savedRef.current = text;
    engine.saveDraft(id, text).catch(() => {
      savedRef.current = `${text}?`; // not saved: the text is still in front of the person, the next pause tries again
    });
  }, [engine, id]);

  useEffect(() => {
    document.addEventListener('visibilitychange', save);
    window.addEventListener('pagehide', save);
    return () => {
      document.removeEventListener('visibilitychange', save);
      window.removeEventListener('pagehide', save);
      save();
    };
  }, [save]);

  return useMemo(
    () => ({
      keep: (text) => {
        textRef.current = text;
        clearTimeout(timerRef.current);
        timerRef.current = setTimeout(save, PAUSE_MS);
      },
      keepNow: (text) => {
        textRef.current = text;
        save();
      },
    }),
    [save],
  );
};
