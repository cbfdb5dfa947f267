/** A Redis server: the one named by `REDIS_URL`, or `redis-server` as a child that keeps nothing, installed if need be. [SRV-1] */
import { createClient } from '@redis/client';
import { type Machine, thisMachine } from './machine.ts';
import { freePort } from './ports.ts';
import { foreignService, type Service, type ServiceSource } from './service.ts';
import { startServiceProcess } from './service-process.ts';

const PROGRAM = 'redis-server';

/** @throws Error that says what to do when there is none and none can be had */
export const findRedis = async (machine: Machine = thisMachine()): Promise<ServiceSource> => {
  const url = machine.env['REDIS_URL'];
  if (url) return { name: 'the server at REDIS_URL', start: () => foreignService('REDIS_URL', url, () => ping(url)) };
  const program = machine.program(PROGRAM) ?? ((await machine.install(PROGRAM)) ? machine.program(PROGRAM) : null);
  if (program !== null) return { name: program, start: () => startOwn(program) };
  throw new Error('no Redis could be had: set REDIS_URL, or install redis-server');
};

export const startRedis = async (machine?: Machine): Promise<Service> => (await findRedis(machine)).start();

const startOwn = async (command: string): Promise<Service> => {
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  const process = await startServiceProcess({
    name: 'Redis',
    command,
    args: (folder) =>
      Object.entries({ port: `${port}`, bind: '127.0.0.1', dir: folder, save: '', appendonly: 'no' }).flatMap(
        ([option, value]) => [`--${option}`, value],
      ),
    answers: async () => {
      await ping(url);
      return true;
    },
  });
  return { url, process, stop: process.close };
};

const ping = async (url: string): Promise<void> => {
  const client = createClient({ url, socket: { reconnectStrategy: false, connectTimeout: 5_000 } });
  // What goes wrong rejects `connect` as well.
  client.on('error', () => {});
  await client.connect();
  try {
    await client.ping();
  } finally {
    client.destroy();
  }
};
