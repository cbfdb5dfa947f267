/** For actions that have no place of their own to say why they failed: the reason becomes a toast. */
import { useSetAtom } from 'jotai';
import { useCallback } from 'react';
import { toastAtom } from '../state/interface-atoms.ts';
import { errorSentence } from './error-sentence.ts';

export const useToastErrors = (): ((action: Promise<unknown>) => void) => {
  const toast = useSetAtom(toastAtom);
  return useCallback(
    (action) => {
      action.catch((error: unknown) => toast({ text: errorSentence(error), tone: 'error' }));
    },
    [toast],
  );
};
