/**
 * A whole installation of processes on this machine, without containers, as docker-compose.yml has it: two sync and two
 * auth processes over a MongoDB and a Redis, behind a proxy with TLS. Any of them can be killed, frozen and started again.
 */
import { randomBytes } from 'node:crypto';
import { SYNC_API } from '../serve/app.ts';
import { dropDatabases } from '../services/drop-databases.ts';
import type { FaultProxies, FaultProxy } from '../services/fault-proxies.ts';
import { startMongo } from '../services/mongo.ts';
import { freePort } from '../services/ports.ts';
import { startRedis } from '../services/redis.ts';
import type { Service } from '../services/service.ts';
import { findTlsProxy, type TlsProxy } from '../services/tls-proxy.ts';
import { type ServerNode, startServerNode } from './server-node.ts';

export interface Installation {
  /** Where people find it: the proxy's, by https. */
  readonly origin: string;
  readonly mongo: Service;
  readonly redis: Service;
  readonly sync: readonly ServerNode[];
  readonly auth: readonly ServerNode[];
  readonly proxy: TlsProxy;
  /** Nothing of it is left afterwards. */
  stop(): Promise<void>;
}

/** Where faults are to be put in between. */
export interface FaultPlaces {
  readonly mongo: FaultProxy;
  readonly redis: FaultProxy;
  readonly people: FaultProxy;
}

const SYNC_PATHS = new RegExp(`^/(?:sync$|yjs/)|${SYNC_API.source}`);

/** Without faults in between. @throws Error that says what could not be had */
export const startInstallation = async (): Promise<Installation> => (await start(null)).installation;

/** With a proxy on every way: people reach it at `places.people.url`. */
export const startFaultyInstallation = async (
  faults: FaultProxies,
): Promise<{ readonly installation: Installation; readonly places: FaultPlaces }> => {
  const { installation, mongo, redis } = await start(faults);
  if (mongo === null || redis === null) throw new Error('the ways have no fault proxies');
  return { installation, places: { mongo, redis, people: await faults.createProxy(installation.origin) } };
};

const start = async (faults: FaultProxies | null) => {
  const closers: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const close of closers.splice(0).reverse()) await close();
  };
  const own = async <S extends { stop(): Promise<void> }>(starting: Promise<S>): Promise<S> => {
    const started = await starting;
    closers.push(started.stop);
    return started;
  };
  try {
    const source = await findTlsProxy();
    const [mongo, redis] = [await own(startMongo()), await own(startRedis())];
    const [toMongo, toRedis] = [await faults?.createProxy(mongo.url), await faults?.createProxy(redis.url)];
    const name = `kith-test-${randomBytes(6).toString('hex')}`;
    if (mongo.process === null) closers.push(() => dropDatabases(mongo.url, [`${name}-accounts`, `${name}-documents`]));
    const port = await freePort();
    const env = {
      PUBLIC_URL: `https://localhost:${port}`,
      DATABASE_URL: withName(toMongo?.url ?? mongo.url, name),
      REDIS_URL: toRedis?.url ?? redis.url,
    };
    const node = async (kind: 'sync' | 'auth', n: number): Promise<ServerNode> => {
      const started = await startServerNode(`${kind}-${n}`, { ...env, ROLES: kind });
      closers.push(started.process.close);
      return started;
    };
    // the first makes the indexes: two at once are too much for FerretDB
    const first = await node('sync', 1);
    const others = await Promise.all([node('sync', 2), node('auth', 1), node('auth', 2)] as const);
    const [sync, auth] = [
      [first, others[0]],
      [others[1], others[2]],
    ];
    const proxy = await own(
      source.start(port, [
        { name: 'sync', pattern: SYNC_PATHS, servers: sync.map(({ url }) => url) },
        { name: 'auth', servers: auth.map(({ url }) => url) },
      ]),
    );
    const installation: Installation = { origin: proxy.url, mongo, redis, sync, auth, proxy, stop };
    return { installation, mongo: toMongo ?? null, redis: toRedis ?? null };
  } catch (error) {
    await stop();
    throw error;
  }
};

const withName = (url: string, name: string): string => url.replace(/^(mongodb(?:\+srv)?:\/\/[^/?]+)\/?/, `$1/${name}`);
