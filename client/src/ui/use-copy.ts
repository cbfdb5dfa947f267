import { useSetAtom } from 'jotai';
import { useCallback } from 'react';
import { toastAtom } from '../state/interface-atoms.ts';

/** Copies and says so; browsers may refuse, then it says that. */
export const useCopy = (): ((text: string) => Promise<void>) => {
  const toast = useSetAtom(toastAtom);
  return useCallback(
    async (text) => {
      try {
        await navigator.clipboard.writeText(text);
        toast({ text: 'Copied', tone: 'neutral' });
      } catch {
        toast({ text: 'This browser does not let the app copy. Select the text and copy it yourself.', tone: 'error' });
      }
    },
    [toast],
  );
};
