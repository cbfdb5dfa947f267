import { expect, test } from 'vitest';
import type { ServiceProcess } from '../services/service-process.ts';
import type { ServerNode } from './server-node.ts';
import { testInstallation } from './test-installation.ts';
import { until } from './until.ts';

const LIMIT_MS = 180_000;

const NAMES = ['alice', 'bob', 'carol', 'dave', 'eve', 'frank'];
/** Between the end of a person's socket and the beginning of the next, in ms, as they came. */
const pauses: number[] = [];
const watchedSocket = (): typeof WebSocket => {
  let endedAt: number | null = null;
  return class extends WebSocket {
    constructor(url: string | URL) {
      super(url);
      if (endedAt !== null) pauses.push(performance.now() - endedAt);
      this.addEventListener('close', () => {
        endedAt = performance.now();
      });
    }
  };
};
const there = testInstallation(NAMES, () => ({ WebSocket: watchedSocket() }));

const nodes = (): readonly ServerNode[] => [...there.installation.sync, ...there.installation.auth];
const statuses = (of: readonly ServerNode[]): Promise<string[]> =>
  Promise.all(of.map(async (node) => (await node.health()).status));
const untilWell = (of: readonly ServerNode[] = nodes()): Promise<void> =>
  until('all to be well', async () => (await statuses(of)).every((status) => status === 'ok'));

test('[CLU-2] people on both sync processes, behind a proxy with TLS, write and see everything', async () => {
  const { installation, crowd } = there;
  await crowd.write(10);
  await until('people on both processes', async () =>
    (await installation.proxy.connections('sync')).every((count) => count > 0),
  );
  await crowd.converge();
});

test(
  '[CLU-8] a rolling restart under load: devices come back by themselves, not all at once, and nothing is lost or twice',
  async () => {
    const { crowd, installation } = there;
    for (const node of [...installation.auth, ...installation.sync]) {
      pauses.length = 0;
      const writing = crowd.write(8);
      expect(await node.process.terminate()).toBe(0);
      await crowd.note();
      await crowd.writeOne();
      await node.process.start();
      await writing;
    }
    // with the last node went all who had moved there when the one before it went
    expect(pauses.length).toBeGreaterThanOrEqual(NAMES.length);
    expect(Math.max(...pauses) - Math.min(...pauses)).toBeGreaterThan(50);
    await untilWell();
    await crowd.converge();
  },
  LIMIT_MS,
);

/** Both ways in which a server can be away: its connections end, or nobody answers on them. */
const AWAY = [
  ['is gone', (process: ServiceProcess) => process.kill(), (process: ServiceProcess) => process.start()],
  ['is silent', async (process: ServiceProcess) => process.freeze(), async (process: ServiceProcess) => process.thaw()],
] as const;

test.each(AWAY)(
  '[CLU-7] while MongoDB %s nothing is acknowledged and devices say so; then all catch up without a restart',
  async (_how, goAway, comeBack) => {
    const { installation, crowd } = there;
    const { mongo, sync } = installation;
    if (mongo.process === null) throw new Error('a MongoDB that is somebody else’s cannot be taken away');
    const pids = nodes().map(({ process }) => process.pid());
    await until('all to be stored', async () => (await waiting()) === 0);
    await goAway(mongo.process);
    await crowd.writeOne();
    const writers = crowd.people.filter(({ written }) => written.length > 0);
    await until('devices to say so', () => writers.every((person) => person.status().storage === 'failing'));
    expect(await statuses(sync)).toEqual(['unwell', 'unwell']);
    await crowd.writeOne();
    expect(await waiting()).toBe(2 * crowd.people.length);
    await comeBack(mongo.process);
    await until('devices to be content', () => crowd.people.every((person) => person.status().storage === 'ok'));
    await crowd.write(3);
    await crowd.converge();
    await untilWell();
    expect(nodes().map(({ process }) => process.pid())).toEqual(pids);
  },
  LIMIT_MS,
);

const waiting = async (): Promise<number> =>
  (await Promise.all(there.crowd.people.map((person) => person.pending()))).reduce((sum, count) => sum + count, 0);

test.for(AWAY)(
  '[CLU-3] while Redis %s each process goes on alone and limps; then they hear of each other without a restart',
  { timeout: LIMIT_MS },
  async ([how, goAway, comeBack], context) => {
    if (how === 'is silent' && process.env['LONG'] === undefined) return context.skip('takes 10 s: LONG=1');
    const { installation, crowd } = there;
    const { redis, sync } = installation;
    if (redis.process === null) throw new Error('a Redis that is somebody else’s cannot be taken away');
    await goAway(redis.process);
    const writing = crowd.write(3);
    await until('both to limp', async () => (await statuses(sync)).every((status) => status === 'limping'));
    await writing;
    await crowd.converge();
    await comeBack(redis.process);
    await untilWell();
    await crowd.write(3);
    await crowd.converge();
  },
);
