/**
 * Calls that only the leader can answer, from whichever tab they are made: run here when this engine leads, else sent
 * over the tabs' channel and answered by the one that does. [LDR-2] [LDR-4]
 */
import { bytesToBase64Url } from '@kith/schema/base64url';
import { EngineError } from '../engine-api.ts';
import type { EngineDeps } from '../engine-deps.ts';
import type { TabMessage } from '../tab-channel.ts';
import { type CallResult, createWaitingCalls } from './waiting-calls.ts';

/** Each caller's types are those of `M`. */
type Method = (...args: never[]) => Promise<unknown>;
export type LeaderMethods = Readonly<Record<string, Method>>;

export interface LeaderCalls<M> {
  /** The same methods, callable from any tab. @throws EngineError `offline` when no leader answers */
  readonly methods: M;
  /** From now on calls are answered here; null: no longer. */
  lead(methods: M | null): void;
  close(): void;
}

export const createLeaderCalls = <M extends LeaderMethods>(
  deps: Pick<EngineDeps, 'tabs' | 'timers' | 'random'>,
  names: readonly (keyof M & string)[],
): LeaderCalls<M> => {
  const waiting = createWaitingCalls(deps.timers);
  let leading: M | null = null;
  /** Until some engine is known to lead, calls wait here: asked now, nobody would hear them. [RES-4] */
  let held: (() => void)[] | null = [];
  /** The tab that led when it last said so. */
  let leader: string | null = null;

  const ask = (method: string, args: readonly unknown[]): Promise<unknown> => {
    const call = bytesToBase64Url(deps.random(new Uint8Array(16)));
    const answered = waiting.add(call);
    const send = (): void => {
      if (!waiting.has(call)) return;
      if (leading !== null) {
        void answer(leading, { method, args }).then((result) => waiting.settle(call, result));
        return;
      }
      waiting.posted(call);
      deps.tabs.post({ type: 'call', call, method, args });
    };
    if (held === null) send();
    else held.push(send);
    return answered;
  };
  const release = (): void => {
    const sends = held ?? [];
    held = null;
    for (const send of sends) send();
  };
  /** A leader that ended took its calls along: the next one knows nothing of them, and must not repeat them. */
  const follow = (tab: string): void => {
    if (leader !== null && leader !== tab) waiting.giveUpPosted();
    leader = tab;
  };
  const stop = deps.tabs.subscribe((message) => {
    if (message.type === 'leading') follow(message.tab);
    if (message.type === 'leading' || message.type === 'status') release();
    if (message.type === 'result') waiting.settle(message.call, message.result);
    if (message.type === 'call' && leading !== null) {
      void answer(leading, message).then((result) => deps.tabs.post({ type: 'result', call: message.call, result }));
    }
  });
  const invoke = (name: string, args: readonly unknown[]): Promise<unknown> =>
    leading === null ? ask(name, args) : run(leading, name, args);

  return {
    methods: Object.fromEntries(
      names.map((name) => [name, (...args: unknown[]) => invoke(name, args)]),
    ) as unknown as M,
    lead: (methods) => {
      leading = methods;
      if (methods === null) return;
      waiting.giveUpPosted();
      release();
    },
    close: () => {
      stop();
      waiting.close();
    },
  };
};

const run = async (methods: LeaderMethods, name: string, args: readonly unknown[]): Promise<unknown> => {
  const method = Object.hasOwn(methods, name) ? methods[name] : undefined;
  if (method === undefined) throw new EngineError('unavailable', `${name} is not known here`);
  return method(...(args as never[]));
};

const answer = async (
  methods: LeaderMethods,
  { method, args }: Pick<Extract<TabMessage, { type: 'call' }>, 'method' | 'args'>,
): Promise<CallResult> => {
  try {
    return { ok: true, value: await run(methods, method, args) };
  } catch (error) {
    const known = error instanceof EngineError ? error : new EngineError('internal', String(error));
    return { ok: false, code: known.code, message: known.message, retryAfterMs: known.retryAfterMs };
  }
};
