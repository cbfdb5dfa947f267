/**
 * The server ended the socket for good. When the session is still alive it was about a token only: as soon as there is
 * another one the socket is opened again. Not knowing is no end: it is asked again until the server says. [RES-1]
 */
import type { Connection } from '../connection/connection.ts';
import { EngineError } from '../engine-api.ts';
import type { Timers } from '../engine-deps.ts';
import type { AccessToken } from '../session/access-token.ts';
import { endingCode } from '../session/resume.ts';

const AGAIN_MS = 5_000;

/** Returns a stop. */
export const reopenAfterEnd = (
  deps: { readonly access: AccessToken; readonly timers: Timers },
  connection: Connection,
): (() => void) => {
  let cancel = (): void => undefined;
  let isStopped = false;
  const check = async (): Promise<void> => {
    try {
      await deps.access.renewed(await deps.access.token());
      if (!isStopped) connection.start();
    } catch (error) {
      if (!isStopped && !isDecided(error)) cancel = deps.timers.after(AGAIN_MS, () => void check());
    }
  };
  const stopListening = connection.onEnded(() => void check());
  return () => {
    isStopped = true;
    cancel();
    stopListening();
  };
};

/** Over, or signed out here: whoever found that sees to it. */
const isDecided = (error: unknown): boolean =>
  (error instanceof EngineError && error.code === 'signed-out') || endingCode(error) !== null;
