/**
 * Tells others that one is typing: at most once in `REPEAT_MS`, and that it ended when nothing was typed for `IDLE_MS`
 * or the message is out. [UI-19]
 */
export interface TypingSignal {
  /** The person typed something. */
  typed(): void;
  stop(): void;
}

export const REPEAT_MS = 3_000;
export const IDLE_MS = 5_000;

export interface TypingSignalDeps {
  readonly tell: (typing: boolean) => void;
  readonly now: () => number;
  readonly setTimer: (run: () => void, ms: number) => () => void;
}

export const createTypingSignal = ({ tell, now, setTimer }: TypingSignalDeps): TypingSignal => {
  let toldAt: number | null = null;
  let cancel = (): void => undefined;
  const stop = (): void => {
    cancel();
    if (toldAt === null) return;
    toldAt = null;
    tell(false);
  };
  return {
    typed: () => {
      cancel();
      cancel = setTimer(stop, IDLE_MS);
      if (toldAt !== null && now() - toldAt < REPEAT_MS) return;
      toldAt = now();
      tell(true);
    },
    stop,
  };
};
