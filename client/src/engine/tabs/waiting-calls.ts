/** Calls under way, and how each ends: by an answer, by silence, or because nobody can answer any more. [LDR-2] [LDR-4] */
import { EngineError } from '../engine-api.ts';
import type { Timers } from '../engine-deps.ts';
import type { TabMessage } from '../tab-channel.ts';

export type CallResult = Extract<TabMessage, { type: 'result' }>['result'];

export interface WaitingCalls {
  add(call: string): Promise<unknown>;
  has(call: string): boolean;
  /** It was sent to another tab, which may end before it answers. */
  posted(call: string): void;
  settle(call: string, result: CallResult): void;
  /** Those that were posted. */
  giveUpPosted(): void;
  close(): void;
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: EngineError) => void;
  readonly cancel: () => void;
  isPosted: boolean;
}

/** For a leader that stays and says nothing. */
const ANSWER_MS = 30_000;

export const createWaitingCalls = (timers: Timers): WaitingCalls => {
  const waiting = new Map<string, Waiting>();
  const take = (call: string): Waiting | undefined => {
    const asked = waiting.get(call);
    waiting.delete(call);
    asked?.cancel();
    return asked;
  };
  const fail = (call: string, error: EngineError): void => take(call)?.reject(error);
  return {
    add: (call) =>
      new Promise((resolve, reject) => {
        const cancel = timers.after(ANSWER_MS, () => fail(call, new EngineError('offline', 'no tab answered')));
        waiting.set(call, { resolve, reject, cancel, isPosted: false });
      }),
    has: (call) => waiting.has(call),
    posted: (call) => {
      const asked = waiting.get(call);
      if (asked !== undefined) asked.isPosted = true;
    },
    settle: (call, result) => {
      if (result.ok) take(call)?.resolve(result.value);
      else fail(call, new EngineError(result.code, result.message, result.retryAfterMs));
    },
    giveUpPosted: () => {
      const gone = 'The tab that was asked is gone; nobody knows how far it came.';
      for (const [call, { isPosted }] of waiting) if (isPosted) fail(call, new EngineError('unavailable', gone));
    },
    close: () => {
      for (const call of waiting.keys()) fail(call, new EngineError('offline', 'closed'));
    },
  };
};
