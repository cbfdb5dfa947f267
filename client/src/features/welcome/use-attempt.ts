import { useState } from 'react';
import { errorSentence } from '../../ui/error-sentence.ts';

export interface Attempt {
  readonly busy: boolean;
  readonly error: string | null;
  readonly run: (action: () => Promise<unknown>) => void;
  readonly fail: (sentence: string | null) => void;
}

/** One try at a time, with the sentence for why the last one failed. */
export const useAttempt = (): Attempt => {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const run = (action: () => Promise<unknown>) => {
    setBusy(true);
    setError(null);
    action()
      .catch((cause: unknown) => setError(errorSentence(cause)))
      .finally(() => setBusy(false));
  };
  return { busy, error, run, fail: setError };
};
