import type { ConversationId } from '@kith/schema/ids';
import { useCallback, useEffect, useMemo, useRef } from 'react';
import { useKith } from '../../state/use-kith.ts';

const PAUSE_MS = 400;

export interface Draft {
  readonly keep: (text: string) => void;
  /** Without waiting for a pause: what was sent must not come back as a draft. */
  readonly keepNow: (text: string) => void;
}

/**
 * Saves what is being written: after a pause, when the tab is hidden or closed, when the conversation is left, and before
 * the page is loaded anew.
 */
export const useDraft = (id: ConversationId, saved: string): Draft => {
  const { engine, unsaved } = useKith();
  const savedRef = useRef(saved);
  const textRef = useRef(saved);
  const timerRef = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);

  const savingRef = useRef(Promise.resolve(true));

  const save = useCallback((): Promise<boolean> => {
    clearTimeout(timerRef.current);
    if (textRef.current === savedRef.current) return savingRef.current;
    const text = textRef.current;
    savedRef.current = text;
    savingRef.current = engine.saveDraft(id, text).then(
      () => true,
      () => {
        savedRef.current = `${text}?`; // not saved: the text is still in front of the person, the next pause tries again
        return false;
      },
    );
    return savingRef.current;
  }, [engine, id]);

  useEffect(() => {
    document.addEventListener('visibilitychange', save);
    window.addEventListener('pagehide', save);
    const remove = unsaved.add(save);
    return () => {
      remove();
      document.removeEventListener('visibilitychange', save);
      window.removeEventListener('pagehide', save);
      void save();
    };
  }, [save, unsaved]);

  return useMemo(
    () => ({
      keep: (text) => {
        textRef.current = text;
        clearTimeout(timerRef.current);
        timerRef.current = setTimeout(() => void save(), PAUSE_MS);
      },
      keepNow: (text) => {
        textRef.current = text;
        void save();
      },
    }),
    [save],
  );
};
