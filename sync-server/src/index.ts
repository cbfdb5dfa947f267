export { type DocumentReport, describeDocument } from './inspect/describe-document.ts';
export type { CreateWindow } from './limits/limiter.ts';
export { NO_RATES, RATES, type Rates } from './limits/rates.ts';
export type { Log } from './log.ts';
export type { DocumentStore, JournalPosition, Segment } from './storage/document-store.ts';
export { createMemoryDocumentStore } from './storage/memory-document-store.ts';
export { createSqliteDocumentStore } from './storage/sqlite-document-store.ts';
export { createSyncServer, type SyncServer, type SyncServerConfig, type SyncServerDeps } from './sync-server.ts';
