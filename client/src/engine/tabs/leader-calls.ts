/**
 * Calls that only the leader can answer, from whichever tab they are made: run here when this engine leads, else sent
 * over the tabs' channel and answered by the one that does. [LDR-2]
 */
import { bytesToBase64Url } from '@kith/schema/base64url';
import { EngineError } from '../engine-api.ts';
import type { EngineDeps } from '../engine-deps.ts';
import type { TabMessage } from '../tab-channel.ts';

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

/** A leader that closes takes its calls along; the next one does not know of them. */
const ANSWER_MS = 30_000;

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: EngineError) => void;
  readonly cancel: () => void;
}

export const createLeaderCalls = <M extends LeaderMethods>(
  deps: Pick<EngineDeps, 'tabs' | 'timers' | 'random'>,
  names: readonly (keyof M & string)[],
): LeaderCalls<M> => {
  const waiting = new Map<string, Waiting>();
  let leading: M | null = null;
  /** Until some engine is known to lead, calls wait here: asked now, nobody would hear them. [RES-4] */
  let held: (() => void)[] | null = [];

  const ask = (method: string, args: readonly unknown[]): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const call = bytesToBase64Url(deps.random(new Uint8Array(16)));
      const cancel = deps.timers.after(ANSWER_MS, () => {
        waiting.delete(call);
        reject(new EngineError('offline', 'no tab answered'));
      });
      waiting.set(call, { resolve, reject, cancel });
      const send = (): void => {
        if (!waiting.has(call)) return;
        if (leading === null) deps.tabs.post({ type: 'call', call, method, args });
        else void answer(leading, { method, args }).then((result) => settle({ call, result }));
      };
      if (held === null) send();
      else held.push(send);
    });
  const settle = ({ call, result }: Pick<Extract<TabMessage, { type: 'result' }>, 'call' | 'result'>): void => {
    const asked = waiting.get(call);
    if (asked === undefined) return;
    waiting.delete(call);
    asked.cancel();
    if (result.ok) asked.resolve(result.value);
    else asked.reject(new EngineError(result.code, result.message, result.retryAfterMs));
  };
  const release = (): void => {
    const sends = held ?? [];
    held = null;
    for (const send of sends) send();
  };
  const stop = deps.tabs.subscribe((message) => {
    if (message.type === 'leading' || message.type === 'status') release();
    if (message.type === 'result') settle(message);
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
      if (methods !== null) release();
    },
    close: () => {
      stop();
      for (const { cancel, reject } of waiting.values()) {
        cancel();
        reject(new EngineError('offline', 'closed'));
      }
      waiting.clear();
    },
  };
};

const run = async (methods: LeaderMethods, name: string, args: readonly unknown[]): Promise<unknown> => {
  const method = Object.hasOwn(methods, name) ? methods[name] : undefined;
  if (method === undefined) throw new EngineError('unavailable', `${name} is not known here`);
  return method(...(args as never[]));
};

type Result = Extract<TabMessage, { type: 'result' }>['result'];

const answer = async (
  methods: LeaderMethods,
  { method, args }: Pick<Extract<TabMessage, { type: 'call' }>, 'method' | 'args'>,
): Promise<Result> => {
  try {
    return { ok: true, value: await run(methods, method, args) };
  } catch (error) {
    const known = error instanceof EngineError ? error : new EngineError('internal', String(error));
    return { ok: false, code: known.code, message: known.message, retryAfterMs: known.retryAfterMs };
  }
};
