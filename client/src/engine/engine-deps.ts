/** What the composition root (a browser's worker, a Node process, a test) gives the engine. */
import type { Random } from '@kith/schema/ids';
import type { Leadership } from './leadership.ts';
import type { LocalStore } from './storage/local-store.ts';
import type { TabChannel } from './tab-channel.ts';

export interface Timers {
  /** Returns a cancel; both run at most once. */
  after(ms: number, run: () => void): () => void;
  /** Returns a stop. */
  every(ms: number, run: () => void): () => void;
}

/** Hints from the surroundings. The engine does without them, only slower to notice. */
export interface PageSignals {
  readonly online: boolean;
  readonly visible: boolean;
}

export interface PageSource {
  current(): PageSignals;
  /** Returns an unsubscribe. */
  onChange(listener: (signals: PageSignals) => void): () => void;
}

/** `fields` never hold what people wrote, tokens, or keys. */
export type EngineLog = (
  level: 'info' | 'warn' | 'error',
  message: string,
  fields?: Readonly<Record<string, unknown>>,
) => void;

export interface EngineDeps {
  /** Origin of the server, `https://chat.example`. */
  readonly server: string;
  readonly store: LocalStore;
  readonly clock: { now(): number };
  readonly random: Random;
  readonly fetch: typeof globalThis.fetch;
  readonly WebSocket: typeof globalThis.WebSocket;
  readonly subtle: SubtleCrypto;
  readonly leadership: Leadership;
  readonly tabs: TabChannel;
  readonly timers: Timers;
  readonly page: PageSource;
  /** `browser`: the refresh token is an HttpOnly cookie. `headless`: the engine keeps it in the session row. */
  readonly cookies: 'browser' | 'headless';
  readonly log: EngineLog;
  /** Asks for tokens that lift the rate limits: imports. */
  readonly bulk?: boolean;
}
