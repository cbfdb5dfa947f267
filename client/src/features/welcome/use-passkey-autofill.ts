import { useCallback, useEffect, useRef } from 'react';
import { useEngine } from '../../state/use-kith.ts';
import { hasPasskeyAutofill, type PasskeyPage, signInWithPasskey } from './passkey.ts';

/**
 * Offers passkeys in the autofill of the handle field while the form is open. Returns how to end that: a browser runs
 * one ceremony at a time.
 */
export const usePasskeyAutofill = (page: PasskeyPage): (() => void) => {
  const engine = useEngine();
  const abortRef = useRef(new AbortController());
  useEffect(() => {
    const abort = new AbortController();
    abortRef.current = abort;
    const offer = async () => {
      if (!(await hasPasskeyAutofill(page)) || abort.signal.aborted) return;
      await signInWithPasskey({ engine, page }, { mediation: 'conditional', signal: abort.signal });
    };
    // Nobody asked for it by pressing anything: without it the button and the password are there, and say what is wrong.
    offer().catch(() => undefined);
    return () => abort.abort();
  }, [engine, page]);
  return useCallback(() => abortRef.current.abort(), []);
};
