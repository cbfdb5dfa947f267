/** ADAPTER of `LocalStore` on a profile folder: `kith.db`, readable by its owner only. One process at a time. [LOC-1] */
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createChangeEmitter } from './change-emitter.ts';
import type { LocalStore } from './local-store.ts';
import { sqliteConversations, sqliteSession } from './sqlite/conversations.ts';
import { sqliteMessages } from './sqlite/messages.ts';
import { readClock, sqliteQuarantine, sqliteQueue } from './sqlite/outbox.ts';
import { openProfileDatabase } from './sqlite/profile-database.ts';
import { sqliteRefusedCommands } from './sqlite/refused-commands.ts';
import { sqliteReplicas } from './sqlite/replicas.ts';

/** Creates the folder when it is not there. @throws Error when another process uses it. */
export const createSqliteLocalStore = (deps: {
  readonly profileDir: string;
  readonly subtle: SubtleCrypto;
}): LocalStore => {
  mkdirSync(deps.profileDir, { recursive: true, mode: 0o700 });
  const path = join(deps.profileDir, 'kith.db');
  const db = openProfileDatabase(path);
  chmodSync(path, 0o600);
  const emitter = createChangeEmitter();
  const { flushAll, ...replicas } = sqliteReplicas(db);
  return {
    ...sqliteSession(db, deps.subtle, emitter.changed),
    ...sqliteConversations(db, emitter.changed),
    ...sqliteQueue(db, emitter.changed),
    ...sqliteQuarantine(db, emitter.changed),
    ...sqliteRefusedCommands(db, emitter.changed),
    ...sqliteMessages(db, emitter.changed),
    ...replicas,
    clock: async () => readClock(db),
    wipe: async () => {
      db.clear();
      emitter.changed();
    },
    watch: emitter.watch,
    close: async () => {
      flushAll();
      emitter.close();
      db.close();
    },
  };
};
