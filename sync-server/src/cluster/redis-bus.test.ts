import { afterEach, expect, test } from 'vitest';
import { startRedis } from '../../../scripts/services/redis.ts';
import { testRedis } from '../../../scripts/services/test/test-services.ts';
import { createLimiter } from '../limits/limiter.ts';
import { createRedisWindow } from '../limits/redis-window.ts';
import { until } from '../test/until.ts';
import { createRedisBus, type RedisBus } from './redis-bus.ts';

const redis = testRedis();
let buses: RedisBus[] = [];
let complaints: unknown[] = [];

const connect = async (url: string, prefix = redis.prefix): Promise<RedisBus> => {
  const log = {
    info: () => {},
    warn: (what: string) => void complaints.push(what),
    error: (what: string) => void complaints.push(what),
  };
  const bus = createRedisBus({ url, prefix, log });
  buses.push(bus);
  await until(() => bus.isUp, 'Redis to answer');
  return bus;
};
const listen = (bus: RedisBus): number[] => {
  const heard: number[] = [];
  bus.subscribe('sync', ([byte]) => void heard.push(byte ?? -1));
  return heard;
};
/** A subscription counts once Redis has confirmed it: says the same until it is heard. */
const publishUntil = async (bus: RedisBus, byte: number, heard: readonly number[]): Promise<void> => {
  await until(() => {
    if (!heard.includes(byte)) bus.publish('sync', Uint8Array.of(byte));
    return heard.includes(byte);
  }, `${byte} to be heard`);
};

afterEach(async () => {
  for (const bus of buses) await bus.close();
  [buses, complaints] = [[], []];
});

test('[CLU-1] what one publishes the others hear, in order; nobody hears itself, or another server', async () => {
  const [one, two] = [await connect(redis.url), await connect(redis.url)];
  const stranger = await connect(redis.url, `${redis.prefix}another:`);
  const [heardByOne, heardByTwo, heardByStranger] = [listen(one), listen(two), listen(stranger)];
  await publishUntil(two, 0, heardByOne);
  await publishUntil(one, 0, heardByTwo);
  const before = heardByTwo.length;
  for (let n = 1; n <= 50; n++) one.publish('sync', Uint8Array.of(n));
  await until(() => heardByTwo.at(-1) === 50, 'the last');
  expect(heardByTwo.slice(before)).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
  expect(heardByOne.every((byte) => byte === 0)).toBe(true);
  expect(heardByStranger).toEqual([]);
});

test('[CLU-1] a listener that fails harms no other message', async () => {
  const [one, two] = [await connect(redis.url), await connect(redis.url)];
  const heard: number[] = [];
  two.subscribe('sync', ([byte]) => {
    heard.push(byte ?? -1);
    if (byte === 1) throw new Error('a bug');
  });
  await publishUntil(one, 1, heard);
  await publishUntil(one, 2, heard);
  expect(complaints).toContain('a listener of the bus failed');
});

test('[CLU-3] alone at something is one process at a time; one that died is not waited for for ever', async () => {
  const [one, two] = [await connect(redis.url), await connect(redis.url)];
  const ran: string[] = [];
  const { promise: isOver, resolve: end } = Promise.withResolvers<void>();
  const first = one.alone('fold', async () => {
    ran.push('one');
    await isOver;
  });
  await until(() => ran.length === 1, 'the first to begin');
  await two.alone('fold', async () => void ran.push('two'));
  await two.alone('something else', async () => void ran.push('else'));
  expect(await one.client.pTTL(`${redis.prefix}alone:fold`)).toBeGreaterThan(0);
  end();
  await first;
  await two.alone('fold', async () => void ran.push('two'));
  expect(ran).toEqual(['one', 'else', 'two']);
  await expect(one.alone('fold', () => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
  await two.alone('fold', async () => void ran.push('after a failure'));
  expect(ran.at(-1)).toBe('after a failure');
});

test('[CLU-3] a Redis that falls silent is noticed, and so is its return; meanwhile nothing waits for it', async () => {
  const own = await startRedis();
  const [one, two] = [await connect(own.url), await connect(own.url)];
  const heard = listen(two);
  let recoveries = 0;
  two.onRecovered(() => void recoveries++);
  await publishUntil(one, 1, heard);
  await own.process?.kill();
  await until(() => !one.isUp && !two.isUp, 'both to notice');
  one.publish('sync', Uint8Array.of(9));
  const ran: string[] = [];
  await one.alone('fold', async () => void ran.push('one'));
  expect(ran).toEqual(['one']);
  const limiter = createLimiter(createRedisWindow(one, redis.prefix), 'x', { burst: 2, steady: 1 });
  expect([(await limiter.take('a', 2)).isAllowed, (await limiter.take('a', 2)).isAllowed]).toEqual([true, false]);
  await own.process?.start();
  await until(() => one.isUp && two.isUp, 'both to be connected again');
  await publishUntil(one, 2, heard);
  expect([recoveries, heard.includes(9)]).toEqual([1, false]);
  own.process?.freeze();
  await until(() => !one.isUp, 'a frozen one to be noticed');
  own.process?.thaw();
  await until(() => one.isUp && two.isUp, 'the thawed one');
  await own.stop();
});

test('[LIM-1] [CLU-3] processes count what somebody uses together', async () => {
  const [one, two] = [await connect(redis.url), await connect(redis.url)];
  const [a, b] = [one, two].map((bus) =>
    createLimiter(createRedisWindow(bus, redis.prefix), 'events', { burst: 10, steady: 5 }),
  );
  expect((await a!.take('alice', 7)).isAllowed).toBe(true);
  expect((await b!.take('alice', 3)).isAllowed).toBe(true);
  expect((await a!.take('alice', 4)).isAllowed).toBe(true); // the steady amount
  expect((await b!.take('alice', 4)).isAllowed).toBe(false);
  expect((await b!.take('bob', 4)).isAllowed).toBe(true);
});
