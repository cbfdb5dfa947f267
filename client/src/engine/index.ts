/** The engine for Node: package export `@kith/client/engine`. */
import type { EngineWithLeader } from './create-engine.ts';
import type { EngineLog } from './engine-deps.ts';
import { createEngineOnStore } from './headless-engine.ts';
import type { LocalStore } from './storage/local-store.ts';
import { createSqliteLocalStore } from './storage/sqlite-local-store.ts';
import type { Views } from './views.ts';
import { createViews } from './views-from-store.ts';

export { createEngine, type EngineWithLeader } from './create-engine.ts';
export * from './engine-api.ts';
export type { EngineDeps, EngineLog, PageSignals, PageSource, Timers } from './engine-deps.ts';
export { createEngineOnStore } from './headless-engine.ts';
export { createSoleLeadership, type Leadership } from './leadership.ts';
export { createRealTimers } from './real-timers.ts';
export type { LocalStore } from './storage/local-store.ts';
export { createMemoryLocalStore } from './storage/memory-local-store.ts';
export { createSqliteLocalStore } from './storage/sqlite-local-store.ts';
export { createNoTabChannel, type TabChannel, type TabMessage } from './tab-channel.ts';
export * from './views.ts';
export { createViews } from './views-from-store.ts';

export interface HeadlessEngine {
  readonly engine: EngineWithLeader;
  readonly views: Views;
  readonly store: LocalStore;
  /** Engine first, then the profile. Idempotent. */
  close(): Promise<void>;
}

/** An engine on a profile folder, which is made when it is not there. One process per profile. */
export const createHeadlessEngine = (options: {
  readonly server: string;
  readonly profileDir: string;
  readonly log?: EngineLog;
  /** Asks for tokens that lift the rate limits. */
  readonly bulk?: boolean;
}): HeadlessEngine => {
  const store = createSqliteLocalStore({ profileDir: options.profileDir, subtle: crypto.subtle });
  const engine = createEngineOnStore({ ...options, store });
  return {
    engine,
    store,
    views: createViews(store),
    close: async () => {
      await engine.close();
      await store.close();
    },
  };
};

export { type ImportDeps, type ImportRequest, importHistory } from './import/import-history.ts';
export type { ImportLine } from './import/imported-events.ts';
export { type ReadLine, readLine } from './import/read-lines.ts';
