/**
 * One device in a process of its own: the engine on a profile folder, without a network until it is told to go online.
 * Then it says how long it took until it was where the server is, what it asked for, and how long its process was deaf.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createEngineOnStore, createSqliteLocalStore, type LocalStore, type PageSignals } from '@kith/client/engine';
import type { GoOnline, WentOnline } from './device.ts';
import { createTraffic } from './traffic.ts';

const [server = '', profileDir = ''] = process.argv.slice(2);
const LOOK_MS = 2;

const traffic = createTraffic();
const store = createSqliteLocalStore({ profileDir, subtle: crypto.subtle });
let signals: PageSignals = { online: false, visible: true };
let told = (_signals: PageSignals): void => {};
const setOnline = (online: boolean): void => {
  signals = { ...signals, online };
  told(signals);
};
const engine = createEngineOnStore({
  ...{ server, store },
  log: (level, message, fields) => {
    if (level !== 'info') process.stderr.write(`${message}: ${JSON.stringify(fields)}\n`);
  },
  overrides: {
    fetch: traffic.fetch,
    WebSocket: traffic.WebSocket,
    page: {
      current: () => signals,
      onChange: (listener) => {
        told = listener;
        return () => {};
      },
    },
  },
});

const goOnline = async ({ signIn, wanted }: GoOnline): Promise<WentOnline> => {
  const deafness = monitorEventLoopDelay({ resolution: 1 });
  deafness.enable();
  traffic.take();
  const startedAt = performance.now();
  setOnline(true);
  if (signIn !== null) await engine.signInWithPassword({ ...signIn, deviceName: 'bench' });
  await reached(store, wanted);
  const elapsedMs = performance.now() - startedAt;
  deafness.disable();
  const count = traffic.take();
  setOnline(false);
  return { ...count, elapsedMs, longestDeafMs: deafness.max / 1e6 };
};

/** Looks at one conversation at a time: hardly any work beside the engine's. */
const reached = async (from: LocalStore, wanted: GoOnline['wanted']): Promise<void> => {
  for (const { conversation, arrival } of wanted)
    while (((await from.conversation(conversation))?.position ?? 0) < arrival)
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
};

process.on('message', (order: GoOnline | 'close') => {
  if (order !== 'close') return void goOnline(order).then((result) => process.send?.(result));
  void engine
    .close()
    .then(() => store.close())
    .then(() => process.disconnect());
});
process.send?.('ready');
