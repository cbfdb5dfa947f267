/** Entry of the engine's dedicated worker: the composition root of the browser's engine. [BRW-1] */
import { createEngine } from '../create-engine.ts';
import { createRealTimers } from '../real-timers.ts';
import { createYIndexeddbReplicaKeeper } from '../storage/y-indexeddb-replica-keeper.ts';
import { createBroadcastTabChannel } from './broadcast-tab-channel.ts';
import { createBrowserStore } from './browser-store.ts';
import { createConsoleLog } from './console-log.ts';
import { installEngineErrorTransfer } from './engine-error-transfer.ts';
import { exposeEngine } from './expose-engine.ts';
import { createToldPageSource } from './page-source.ts';
import { PROFILE_NAMES } from './profile-names.ts';
import { createWebLocksLeadership } from './web-locks-leadership.ts';

const log = createConsoleLog(console);
const page = createToldPageSource();
const replicas = createYIndexeddbReplicaKeeper({
  indexedDB,
  prefix: PROFILE_NAMES.database,
  onFailure: (name, error) => log('error', 'a replica could not be stored', { name, error: String(error) }),
});
const store = createBrowserStore(replicas, log);
const tabs = createBroadcastTabChannel(PROFILE_NAMES.tabChannel);
const engine = createEngine({
  server: location.origin,
  store,
  clock: Date,
  random: (bytes) => crypto.getRandomValues(bytes),
  fetch: (...request) => fetch(...request),
  WebSocket,
  subtle: crypto.subtle,
  leadership: createWebLocksLeadership({ locks: navigator.locks, name: PROFILE_NAMES.leaderLock }),
  tabs,
  timers: createRealTimers(),
  page,
  cookies: 'browser',
  log,
});
const close = async (): Promise<void> => {
  await engine.close();
  await store.close();
  tabs.close();
};
installEngineErrorTransfer();
exposeEngine({ ...engine, close }, (signals) => page.tell(signals));
