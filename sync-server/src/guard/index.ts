/** What tools need of the guard: package export `@kith/sync-server/guard`. */
export type { EventGate } from './check-events.ts';
export { createClientIds } from './client-ids.ts';
export { checkUpdate, createGuard } from './guard.ts';
export { createRootNames } from './live-store.ts';
