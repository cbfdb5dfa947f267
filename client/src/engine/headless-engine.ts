/** The engine under Node on a profile folder: for bots, imports and load tests. [ENG-11] */
import { createEngine, type EngineWithLeader } from './create-engine.ts';
import type { EngineDeps, EngineLog } from './engine-deps.ts';
import { createSoleLeadership } from './leadership.ts';
import { createRealTimers } from './real-timers.ts';
import type { LocalStore } from './storage/local-store.ts';
import { createNoTabChannel } from './tab-channel.ts';

export interface HeadlessOptions {
  /** Origin of the server. */
  readonly server: string;
  readonly store: LocalStore;
  readonly log?: EngineLog;
  readonly bulk?: boolean;
  /** Replaced in tests. */
  readonly overrides?: Partial<EngineDeps>;
}

export const createEngineOnStore = ({ server, store, log, bulk, overrides }: HeadlessOptions): EngineWithLeader =>
  createEngine({
    server,
    store,
    clock: { now: () => Date.now() },
    random: (bytes) => crypto.getRandomValues(bytes),
    fetch: (...request) => fetch(...request),
    WebSocket,
    subtle: crypto.subtle,
    leadership: createSoleLeadership(),
    tabs: createNoTabChannel(),
    timers: createRealTimers(),
    page: { current: () => ({ online: true, visible: true }), onChange: () => () => undefined },
    cookies: 'headless',
    log: log ?? (() => undefined),
    ...(bulk === undefined ? {} : { bulk }),
    ...overrides,
  });
