import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { segmentName } from '@kith/schema/doc-name';
import { readLog } from '@kith/schema/documents/segment';
import { type AccountId, type ConversationId, createId, type DeviceId, type EventId } from '@kith/schema/ids';
import { PROTOCOL_VERSION } from '@kith/schema/protocol-version';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { withStoredDoc } from './journal/fold-stored.ts';
import { createSqliteDocumentStore } from './storage/sqlite-document-store.ts';
import { makeEvents, testRandom } from './test/events.ts';
import { createTestDevice } from './test/test-device.ts';
import { createTestTokens, type Person } from './test/test-tokens.ts';
import { until } from './test/until.ts';

const KILLS = process.env['LONG'] === undefined ? 4 : 200;
/** Events under way when the process dies. */
const IN_FLIGHT = 60;
const quiet = { info: () => {}, warn: () => {}, error: () => {} };
const TINY_SERVER = new URL('./test/tiny-server.ts', import.meta.url).pathname;

let folder: string;
let path: string;
let child: ChildProcess | null = null;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kith-kill-'));
  path = join(folder, 'sync.db');
});
afterEach(() => {
  child?.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

interface Running {
  readonly port: number;
  readonly token: string;
}

const start = async (conversation: ConversationId, { account, device }: Person): Promise<Running> => {
  const args = ['--no-warnings', TINY_SERVER, path, conversation, account, device];
  child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout! });
  const line = await new Promise<string>((resolve) => lines.once('line', resolve));
  return JSON.parse(line) as Running;
};

/** Writes without a pause until `count` events are acknowledged, then kills. What was acknowledged, in order. */
const writeUntilKilled = async (conversation: ConversationId, person: Person, count: number): Promise<EventId[]> => {
  const { port, token } = await start(conversation, person);
  const tokens = await createTestTokens({ now: () => Date.now() });
  const url = `ws://127.0.0.1:${port}/sync?v=${PROTOCOL_VERSION}`;
  const device = createTestDevice({ url, tokens, person });
  const segment = await device.attach(segmentName(conversation, 1), { token }).ready();
  const exited = new Promise((resolve) => child?.once('exit', resolve));
  for (let written = 0; segment.stored().size < count; ) {
    const batch = 1 + (written % 5);
    written += batch;
    segment.append(...makeEvents(batch));
    await new Promise((resolve) => setImmediate(resolve));
    await until(() => written - segment.stored().size < IN_FLIGHT, 'the acknowledgements to keep up');
  }
  child?.kill('SIGKILL');
  await exited;
  await until(() => segment.reasons.length > 0, 'the socket to close');
  device.close();
  return [...segment.stored().keys()];
};

test(
  '[ACK-2] [STO-2] every event acknowledged before a kill is in the store after it',
  async () => {
    const person = { account: createId<AccountId>(testRandom), device: createId<DeviceId>(testRandom) };
    for (let kill = 1; kill <= KILLS; kill++) {
      const conversation = createId<ConversationId>(testRandom);
      const acknowledged = await writeUntilKilled(conversation, person, 5 + ((kill * 37) % 90));
      const store = createSqliteDocumentStore({ path, log: quiet });
      const known = await store.known(`conversation/${conversation}`, acknowledged);
      expect(known).toHaveLength(acknowledged.length);
      const stored = await store.load(segmentName(conversation, 1));
      const log = withStoredDoc(stored, (doc) => readLog(doc, person).length);
      expect(log).toBeGreaterThanOrEqual(acknowledged.length);
      const arrivals = await store.arrivals(`conversation/${conversation}`, 0, 100_000);
      expect(arrivals).toHaveLength(log);
      await store.close();
    }
  },
  KILLS * 20_000,
);
