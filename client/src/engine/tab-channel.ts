/**
 * PORT. Carries messages between the engines that share a profile: what the tabs show, what the leader knows, and calls
 * that only the leader can answer. Messages are plain data (structured clone) from the same origin and version. [LDR-2]
 */
import type { ConversationId } from '@kith/schema/ids';
import type { EngineErrorCode, EngineStatus, Presence } from './engine-api.ts';

/** `tab` names an engine instance; made at random by each. */
export type TabMessage =
  /** A tab started or stopped; a leader that hears `hello` says that it leads and what it knows. */
  | { readonly type: 'hello'; readonly tab: string }
  | { readonly type: 'bye'; readonly tab: string }
  /** Sent by a leader when it begins, and every now and then: tabs answer with `show`. */
  | { readonly type: 'leading'; readonly tab: string }
  | { readonly type: 'show'; readonly tab: string; readonly conversation: ConversationId | null }
  | { readonly type: 'status'; readonly status: EngineStatus }
  | { readonly type: 'presence'; readonly presence: Presence }
  /** A method of the leader's engine, by name; answered by `result` with the same `call`. */
  | { readonly type: 'call'; readonly call: string; readonly method: string; readonly args: readonly unknown[] }
  | {
      readonly type: 'result';
      readonly call: string;
      readonly result:
        | { readonly ok: true; readonly value: unknown }
        | {
            readonly ok: false;
            readonly code: EngineErrorCode;
            readonly message: string;
            readonly retryAfterMs: number | null;
          };
    };

export interface TabChannel {
  /** To every other instance; never back to the sender. Delivery is best effort and in order. */
  post(message: TabMessage): void;
  /** Returns an unsubscribe. */
  subscribe(listener: (message: TabMessage) => void): () => void;
  close(): void;
}

/** For one engine alone: nobody to talk to. */
export const createNoTabChannel = (): TabChannel => ({
  post: () => undefined,
  subscribe: () => () => undefined,
  close: () => undefined,
});
