/** Auth and sync, put together in one process: auth is the directory that sync asks, and both keep SQLite files. */
import { join } from 'node:path';
import { createAuth, createSigningKeys, createSqliteAccountStore, subscriberOf } from '@kith/auth';
import { createSqliteDocumentStore, createSyncServer, NO_RATES, RATES, type Rates } from '@kith/sync-server';
import type { HttpPart } from './app.ts';
import { clientAddress } from './client-address.ts';
import type { Limits } from './config.ts';
import type { HealthCheck } from './health.ts';
import type { Log } from './log.ts';
import { isLocalhost } from './public-address.ts';
import type { HandleUpgrade } from './upgrades.ts';

export interface ServicesDeps {
  readonly dataDir: string;
  readonly publicUrl: URL;
  readonly trustedProxies: number;
  readonly limits: Limits;
  /** Others than the product's in tests. */
  readonly rates?: Rates;
  readonly log: Log;
}

export interface Services {
  readonly auth: HttpPart;
  readonly sync: HttpPart;
  readonly handleUpgrade: HandleUpgrade;
  readonly checks: Readonly<Record<string, HealthCheck>>;
  /** Sync first, as it asks auth to the end; then the files. */
  close(): Promise<void>;
}

export const openServices = async (deps: ServicesDeps): Promise<Services> => {
  const { dataDir, publicUrl, trustedProxies, limits, rates = RATES, log } = deps;
  const clock = { now: () => Date.now() };
  const random = (bytes: Uint8Array<ArrayBuffer>) => crypto.getRandomValues(bytes);
  const accounts = createSqliteAccountStore({ path: join(dataDir, 'auth.sqlite') });
  const documents = createSqliteDocumentStore({ path: join(dataDir, 'sync.sqlite'), log });
  const keys = await createSigningKeys({ store: accounts, clock, random });
  const auth = createAuth({
    config: {
      publicOrigin: publicUrl.origin,
      rpId: publicUrl.hostname,
      serverName: 'Kith',
      secureCookies: publicUrl.protocol === 'https:' || isLocalhost(publicUrl.host),
    },
    store: accounts,
    hasLimits: limits === 'on',
    keys,
    clock,
    random,
    log,
    addressOf: (c) =>
      clientAddress(c.env?.incoming?.socket?.remoteAddress, c.req.header('x-forwarded-for'), trustedProxies),
  });
  const sync = createSyncServer({
    config: { allowedOrigins: [publicUrl.origin], rates: limits === 'off' ? NO_RATES : rates },
    addressOf: ({ socket, headers }) =>
      subscriberOf(clientAddress(socket.remoteAddress, forwardedFor(headers['x-forwarded-for']), trustedProxies)),
    store: documents,
    directory: auth.directory,
    tokens: auth.tokenVerifier,
    clock,
    random,
    log,
  });
  return {
    auth: auth.http,
    sync: sync.http,
    handleUpgrade: sync.handleUpgrade,
    checks: {
      auth: async () => {
        await accounts.signingKeys();
        return { status: 'ok' };
      },
      sync: () => (sync.health().ok ? { status: 'ok' } : { status: 'unwell', detail: 'messages cannot be stored' }),
    },
    close: async () => {
      await sync.close();
      await auth.close();
      await documents.close();
      await accounts.close();
    },
  };
};

/** Node joins a header that came several times. */
const forwardedFor = (header: string | string[] | undefined): string | undefined =>
  Array.isArray(header) ? header.join(',') : header;
