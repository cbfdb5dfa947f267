/** The local store of a browser profile: whole in the worker, tables only in a tab. */

import type { EngineLog } from '../engine-deps.ts';
import { createKithDatabase } from '../storage/dexie-database.ts';
import { createDexieLocalStore } from '../storage/dexie-local-store.ts';
import type { LocalStore } from '../storage/local-store.ts';
import type { ReplicaKeeper } from '../storage/replica-keeper.ts';
import { PROFILE_NAMES } from './profile-names.ts';

export const createBrowserStore = (replicas: ReplicaKeeper, log: EngineLog): LocalStore => {
  const database = createKithDatabase(PROFILE_NAMES.database);
  // Opened while scripts are still being evaluated. Whoever reads first is told when it fails.
  database.open().catch(() => undefined);
  return createDexieLocalStore({
    database,
    replicas,
    onWatchError: (error) => log('error', 'a view could not be read', { error: String(error) }),
  });
};
