/**
 * Auth and sync, put together in one process: auth is the directory that sync asks. A process may do one of the two for
 * people while others do the rest, on the same database; sync has an auth of its own to ask in any case.
 */
import { type Auth, createAuth, createSigningKeys, subscriberOf } from '@kith/auth';
import { type Bus, NO_BUS } from '@kith/schema/bus';
import {
  createRedisBus,
  createRedisWindow,
  createSyncServer,
  NO_RATES,
  RATES,
  type Rates,
  type RedisBus,
  type SyncServer,
} from '@kith/sync-server';
import type { HttpPart } from './app.ts';
import { clientAddress } from './client-address.ts';
import type { Config } from './config.ts';
import type { HealthCheck } from './health.ts';
import type { Log } from './log.ts';
import { isLocalhost } from './public-address.ts';
import { openStores, type Stores } from './stores.ts';
import type { HandleUpgrade } from './upgrades.ts';

export interface ServicesDeps
  extends Pick<Config, 'dataDir' | 'trustedProxies' | 'limits' | 'roles' | 'database' | 'redisUrl'> {
  readonly publicUrl: URL;
  /** Others than the product's in tests. */
  readonly rates?: Rates;
  readonly log: Log;
}

export interface Services {
  /** Null where this process does not do it. */
  readonly auth: HttpPart | null;
  readonly sync: (HttpPart & { readonly handleUpgrade: HandleUpgrade }) | null;
  readonly checks: Readonly<Record<string, HealthCheck>>;
  /** Sync first, as it asks auth to the end; then the stores. */
  close(): Promise<void>;
}

/** Of channels and keys in Redis. */
const REDIS_PREFIX = 'kith:';

/** @throws Error when the database does not answer, or was written by a newer version. */
export const openServices = async (deps: ServicesDeps): Promise<Services> => {
  const { roles, redisUrl, log } = deps;
  const stores = await openStores(deps);
  const redis = redisUrl === undefined ? null : createRedisBus({ url: redisUrl, prefix: REDIS_PREFIX, log });
  const bus: Bus = redis ?? NO_BUS;
  const auth = await openAuth(deps, stores, bus);
  const sync = roles.has('sync') ? openSync(deps, { stores, auth, redis }) : null;
  return {
    auth: roles.has('auth') ? auth.http : null,
    sync: sync && { fetch: sync.http.fetch, handleUpgrade: sync.handleUpgrade },
    checks: {
      auth: async () => {
        await stores.accounts.signingKeys();
        return { status: 'ok' };
      },
      ...(sync === null ? {} : { sync: () => healthOf(sync) }),
      ...(redis === null
        ? {}
        : {
            redis: () =>
              redis.isUp ? { status: 'ok' } : { status: 'limping', detail: 'other processes are not heard at once' },
          }),
    },
    close: async () => {
      await sync?.close();
      await auth.close();
      await bus.close();
      await stores.documents.close();
      await stores.accounts.close();
    },
  };
};

const clock = { now: () => Date.now() };
const random = (bytes: Uint8Array<ArrayBuffer>) => crypto.getRandomValues(bytes);

const openAuth = async (deps: ServicesDeps, { accounts }: Stores, bus: Bus): Promise<Auth> => {
  const { publicUrl, trustedProxies, limits, log } = deps;
  return createAuth({
    config: {
      publicOrigin: publicUrl.origin,
      rpId: publicUrl.hostname,
      serverName: 'Kith',
      secureCookies: publicUrl.protocol === 'https:' || isLocalhost(publicUrl.host),
    },
    store: accounts,
    hasLimits: limits === 'on',
    keys: await createSigningKeys({ store: accounts, clock, random }),
    bus,
    clock,
    random,
    log,
    addressOf: (c) =>
      clientAddress(c.env?.incoming?.socket?.remoteAddress, c.req.header('x-forwarded-for'), trustedProxies),
  });
};

interface SyncGround {
  readonly stores: Stores;
  readonly auth: Auth;
  readonly redis: RedisBus | null;
}

const openSync = (deps: ServicesDeps, { stores, auth, redis }: SyncGround): SyncServer => {
  const { publicUrl, trustedProxies, limits, rates = RATES, log } = deps;
  return createSyncServer({
    config: { allowedOrigins: [publicUrl.origin], rates: limits === 'off' ? NO_RATES : rates },
    addressOf: ({ socket, headers }) =>
      subscriberOf(clientAddress(socket.remoteAddress, forwardedFor(headers['x-forwarded-for']), trustedProxies)),
    store: stores.documents,
    directory: auth.directory,
    tokens: auth.tokenVerifier,
    ...(redis === null ? {} : { bus: redis, createWindow: createRedisWindow(redis, REDIS_PREFIX) }),
    clock,
    random,
    log,
  });
};

const healthOf = (sync: SyncServer) =>
  sync.health().ok ? ({ status: 'ok' } as const) : ({ status: 'unwell', detail: 'messages cannot be stored' } as const);

/** Node joins a header that came several times. */
const forwardedFor = (header: string | string[] | undefined): string | undefined =>
  Array.isArray(header) ? header.join(',') : header;
