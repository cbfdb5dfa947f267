/** How much is how often, in one place. What stays below them never hears of them. [LIM-1] */
import type { Rate } from './limiter.ts';

export interface Rates {
  /** New events of an account in a conversation. */
  readonly events: Rate;
  /** Bytes of an account's updates to a conversation, or to its own document. */
  readonly bytes: Rate;
  /** Documents that an account opens. */
  readonly attaches: Rate;
  /** Requests of an account to the HTTP side. */
  readonly requests: Rate;
  /** Sockets that an address opens. */
  readonly sockets: Rate;
  /** Open at the same time. */
  readonly socketsOfAccount: number;
  readonly socketsOfAddress: number;
}

const MIB = 1024 * 1024;

export const RATES: Rates = {
  events: { burst: 1_000, steady: 50 },
  bytes: { burst: 32 * MIB, steady: MIB },
  attaches: { burst: 5_000, steady: 200 },
  requests: { burst: 10_000, steady: 500 },
  sockets: { burst: 5_000, steady: 100 },
  socketsOfAccount: 50,
  socketsOfAddress: 2_000,
};

const ALL = Number.MAX_SAFE_INTEGER;
const NO_END: Rate = { burst: ALL, steady: ALL };

/** For measuring what the server can do. */
export const NO_RATES: Rates = {
  events: NO_END,
  bytes: NO_END,
  attaches: NO_END,
  requests: NO_END,
  sockets: NO_END,
  socketsOfAccount: ALL,
  socketsOfAddress: ALL,
};
