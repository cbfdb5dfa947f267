/** A sync server on a free port of this machine, with everything real but the clock's hands and the directory's rows. */
import { createServer as createHttpServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Bus, NO_BUS } from '@kith/schema/bus';
import { type AccountId, createId, type DeviceId } from '@kith/schema/ids';
import { PROTOCOL_VERSION } from '@kith/schema/protocol-version';
import { RATES, type Rates } from '../limits/rates.ts';
import type { Log } from '../log.ts';
import type { DocumentStore } from '../storage/document-store.ts';
import { createMemoryDocumentStore } from '../storage/memory-document-store.ts';
import { createSyncServer, type SyncServer } from '../sync-server.ts';
import { createTimers, type Timers } from '../timers.ts';
import { testRandom } from './events.ts';
import { createTestDevice, type TestDevice } from './test-device.ts';
import { createTestDirectory, type TestDirectory } from './test-directory.ts';
import { createTestTokens, type Person, type TestTokens } from './test-tokens.ts';

export interface TestServer {
  readonly sync: SyncServer;
  readonly directory: TestDirectory;
  readonly tokens: TestTokens;
  readonly store: DocumentStore;
  readonly url: string;
  readonly port: number;
  /** What was logged as a warning or an error. */
  readonly complaints: readonly string[];
  person(account?: AccountId): Person;
  device(person?: Person): TestDevice;
  fetch(person: Person, path: string, init?: RequestInit): Promise<Response>;
  close(): Promise<void>;
}

interface TestServerOptions {
  readonly store?: DocumentStore;
  readonly directory?: TestDirectory;
  readonly timers?: Timers;
  readonly bus?: Bus;
  readonly clock?: { now(): number };
  readonly allowedOrigins?: readonly string[];
  /** Beside the product's own. */
  readonly rates?: Partial<Rates>;
  readonly addressOf?: (request: IncomingMessage) => string;
}

export const startTestServer = async (options: TestServerOptions = {}): Promise<TestServer> => {
  const { store = createMemoryDocumentStore(), directory = createTestDirectory(), timers = createTimers() } = options;
  const { clock = { now: () => Date.now() }, allowedOrigins = [] } = options;
  const tokens = await createTestTokens(clock);
  const complaints: string[] = [];
  const devices: TestDevice[] = [];
  const complain = (message: string, facts?: object): void => void complaints.push(`${message} ${formatFacts(facts)}`);
  const log: Log = { info: () => {}, warn: complain, error: complain };
  const config = { allowedOrigins, rates: { ...RATES, ...options.rates } };
  const deps = { config, store, directory, tokens: tokens.verifier, clock, random: testRandom, log, timers };
  const { addressOf, bus = NO_BUS } = options;
  const sync = createSyncServer({ ...deps, bus, ...(addressOf === undefined ? {} : { addressOf }) });
  const http = createHttpServer();
  http.on('upgrade', sync.handleUpgrade);
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const { port } = http.address() as AddressInfo;
  const url = `ws://127.0.0.1:${port}/sync?v=${PROTOCOL_VERSION}`;

  return {
    sync,
    directory,
    tokens,
    store,
    url,
    port,
    complaints,
    person: (account = createId<AccountId>(testRandom)) => ({ account, device: createId<DeviceId>(testRandom) }),
    device: (person = { account: createId<AccountId>(testRandom), device: createId<DeviceId>(testRandom) }) => {
      const device = createTestDevice({ url, tokens, person });
      devices.push(device);
      return device;
    },
    fetch: async (person, path, init = {}) => {
      const headers = { authorization: `Bearer ${await tokens.access(person)}`, ...init.headers };
      return sync.http.request(path, { ...init, headers });
    },
    close: async () => {
      for (const device of devices) device.close();
      await sync.close();
      await new Promise((resolve) => http.close(resolve));
    },
  };
};

const formatFacts = (facts: object = {}): string =>
  Object.entries(facts)
    .map(([key, value]) => `${key}=${value instanceof Error ? value.stack : String(value)}`)
    .join(' ');
