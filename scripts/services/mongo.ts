/**
 * A server that speaks MongoDB's protocol: the one named by `MONGO_URL`, `mongod`, a container, or FerretDB over SQLite,
 * whichever is there first. [SRV-1]
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MongoClient } from 'mongodb';
import { type Machine, thisMachine } from './machine.ts';
import { freePort, isTaken } from './ports.ts';
import { foreignService, type Service, type ServiceSource } from './service.ts';
import { type ServicePlan, startServiceProcess } from './service-process.ts';

const IMAGE = 'mongo:8';
const MODULE = fileURLToPath(new URL('mongo-on-sqlite', import.meta.url));
const PULL_LIMIT_MS = 5 * 60_000;

/** @throws Error that says what to do when there is none and none can be had */
export const findMongo = async (machine: Machine = thisMachine()): Promise<ServiceSource> => {
  const url = machine.env['MONGO_URL'];
  if (url) return { name: 'the server at MONGO_URL', start: () => foreignService('MONGO_URL', url, () => ping(url)) };
  const mongod = machine.program('mongod');
  if (mongod !== null) return { name: `${mongod}`, start: () => startOwn((port) => mongodPlan(mongod, port)) };
  if (await hasImage(machine)) return { name: `the container ${IMAGE}`, start: startContainer };
  const ferret = await machine.build({ name: 'mongo-on-sqlite', from: { folder: MODULE } });
  if (ferret !== null) {
    return { name: `FerretDB ${ferretVersion()} on SQLite`, start: () => startOwn((port) => ferretPlan(ferret, port)) };
  }
  throw new Error(
    'no MongoDB could be had: set MONGO_URL, or install mongod, Docker (running, with the image mongo:8 or a way to get ' +
      'it), or Go 1.24 or newer (which builds FerretDB)',
  );
};

export const startMongo = async (machine?: Machine): Promise<Service> => (await findMongo(machine)).start();

const startOwn = async (plan: (port: number) => Omit<ServicePlan, 'answers'>): Promise<Service> => {
  const port = await freePort();
  const url = `mongodb://127.0.0.1:${port}/`;
  const process = await startServiceProcess({ ...plan(port), answers: () => answers(port, url) });
  return { url, process, stop: process.close };
};

const mongodPlan = (command: string, port: number) => ({
  name: 'mongod',
  command,
  args: (folder: string) => ['--port', `${port}`, '--bind_ip', '127.0.0.1', '--dbpath', folder, '--nounixsocket'],
});

const ferretPlan = (command: string, port: number) => ({
  name: 'FerretDB',
  command,
  args: (folder: string) => [`127.0.0.1:${port}`, folder],
});

const hasImage = async (machine: Machine): Promise<boolean> =>
  (await machine.succeeds(5_000, 'docker', 'info')) &&
  ((await machine.succeeds(5_000, 'docker', 'image', 'inspect', IMAGE)) ||
    (await machine.succeeds(PULL_LIMIT_MS, 'docker', 'pull', IMAGE)));

/** The process is the client's, not the server's: killing or freezing it would leave the container as it was. */
const startContainer = async (): Promise<Service> => ({
  ...(await startOwn((port) => ({
    name: 'docker',
    command: 'docker',
    args: () => ['run', '--rm', '--publish', `127.0.0.1:${port}:27017`, IMAGE],
    endSignal: 'SIGTERM',
  }))),
  process: null,
});

const ferretVersion = (): string =>
  /FerretDB\/FerretDB v(\S+)/.exec(readFileSync(join(MODULE, 'go.mod'), 'utf8'))?.[1] ?? 'of unknown version';

/** The driver looks twice a second at most; waiting for the port beforehand is quicker. */
const answers = async (port: number, url: string): Promise<boolean> => {
  if (!(await isTaken(port))) return false;
  await ping(url);
  return true;
};

const ping = async (url: string): Promise<void> => {
  const client = new MongoClient(url, { serverSelectionTimeoutMS: 5_000 });
  try {
    await client.db('admin').command({ ping: 1 });
  } finally {
    await client.close();
  }
};
