/**
 * Auth, sync and the client in one process on one port: what `npm start` runs. The order is policy: nothing is opened
 * before the configuration is right, no data is touched before the port is ours, nothing answers before all is ready.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as pass } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { getRequestListener } from '@hono/node-server';
import { createApp } from './app.ts';
import { type ClientFiles, createClientFiles } from './client-files.ts';
import { createClosing } from './closing.ts';
import { parseConfig } from './config.ts';
import { openDataFolder } from './data-folder.ts';
import { checkHealth, type PartHealth } from './health.ts';
import { placeRestored, stampOf } from './incoming-files.ts';
import { listen } from './listen.ts';
import { createLog } from './log.ts';
import { startNotice } from './public-address.ts';
import { openServices } from './services.ts';
import { routeUpgrades } from './upgrades.ts';
import { readVersion } from './version.ts';

/** As in sysexits.h. */
const EXIT_CONFIG = 78;
const EXIT_BUG = 70;
const CLOSING_DEADLINE_MS = 10_000;

const stop = (code: number, ...lines: readonly string[]): never => {
  process.stderr.write(`${lines.join('\n')}\n`);
  process.exit(code);
};

const parsed = parseConfig(process.env);
const config = parsed.ok
  ? parsed.value
  : stop(EXIT_CONFIG, 'The configuration is not right; nothing was started.', ...parsed.error.mistakes);

type Listener = (request: IncomingMessage, response: ServerResponse) => unknown;
const whenReady = Promise.withResolvers<Listener>();
const server = createServer(
  (request, response) => void whenReady.promise.then((respond) => respond(request, response)),
);
// Longer than proxies keep a connection that is idle: the one who closes it must not be us.
server.keepAliveTimeout = 75_000;
const listening = await listen(server, config.port, config.host);
const port = listening.ok ? listening.value : stop(1, listening.error.message);

// Keys and messages are made in there: readable by nobody else.
process.umask(0o077);
const folder = openDataFolder(config.dataDir);
const data = folder.ok ? folder.value : stop(1, folder.error.message);

const now = () => Date.now();
placeRestored(data.path, stampOf(now()));
const log = createLog({ level: config.logLevel, now, write: (line) => process.stdout.write(line) });
// A bug: what state we are in is not known any more. What was acknowledged is on disk; a supervisor starts us again.
process.on('uncaughtException', (error) => {
  log.error('unexpected', { error });
  process.exit(EXIT_BUG);
});
const publicUrl = config.publicUrl ?? new URL(`http://localhost:${port}`);
const client = config.roles.has('client')
  ? createClientFiles(fileURLToPath(new URL('../../client/dist', import.meta.url)))
  : null;
const services = await openServices({ ...config, dataDir: data.path, publicUrl, log }).catch((error: unknown) => {
  data.release();
  return stop(1, `The database cannot be used: ${error instanceof Error ? error.message : String(error)}`);
});
const version = readVersion();

const app = createApp({
  auth: services.auth,
  sync: services.sync,
  client,
  health: () =>
    checkHealth(
      version,
      {
        ...services.checks,
        ...(client === null ? {} : { client: () => clientHealth(client) }),
      },
      {
        onError: (part, error) => log.error('health check failed', { part, error }),
        afterMs: (ms) => pass(ms, undefined, { ref: false }),
      },
    ),
  publicUrl,
  port,
  log,
  now: () => performance.now(),
});

async function clientHealth({ isBuilt }: ClientFiles): Promise<PartHealth> {
  if (await isBuilt()) return { status: 'ok' };
  return { status: 'unwell', detail: 'client/dist is missing: npm run build' };
}

const close = createClosing(
  {
    log,
    deadlineMs: CLOSING_DEADLINE_MS,
    setTimer: (act, ms) => setTimeout(act, ms).unref(),
    exit: (code) => process.exit(code),
  },
  [
    ['port', () => void server.close()],
    ['services', () => services.close()],
    ['connections', () => server.closeAllConnections()],
    ['data folder', () => data.release()],
  ],
);
process.on('SIGTERM', close).on('SIGINT', close);

const upgrades = services.sync?.handleUpgrade;
routeUpgrades(server, upgrades === undefined ? {} : { '/sync': upgrades, '/yjs/': upgrades }, log);
whenReady.resolve(getRequestListener(app.fetch));
const notice = startNotice(publicUrl, config.host);
if (notice !== null) process.stdout.write(`${notice}\n`);
process.stdout.write(`Kith is ready at ${publicUrl.origin}\n`);
