/**
 * A process of its own, to be killed: a sync server on the SQLite file named by the first argument, with one conversation
 * of one person. Prints one line of JSON: its port and a document token.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createSqliteDocumentStore } from '../storage/sqlite-document-store.ts';
import { createSyncServer } from '../sync-server.ts';
import { testRandom } from './events.ts';
import { createTestDirectory } from './test-directory.ts';
import { createTestTokens } from './test-tokens.ts';

const [path = '', conversation = '', account = '', device = ''] = process.argv.slice(2);
type Ids = Parameters<ReturnType<typeof createTestDirectory>['setRole']>;
const person = { account: account as NonNullable<Ids[1]>, device: device as never };

const log = { info: () => {}, warn: () => {}, error: () => {} };
const clock = { now: () => Date.now() };
const directory = createTestDirectory();
directory.create(conversation as Ids[0], { [person.account]: 'owner' });
const tokens = await createTestTokens(clock);
const sync = createSyncServer({
  config: { allowedOrigins: [] },
  store: createSqliteDocumentStore({ path, log }),
  directory,
  tokens: tokens.verifier,
  clock,
  random: testRandom,
  log,
});
const http = createServer();
http.on('upgrade', sync.handleUpgrade);
http.listen(0, '127.0.0.1', async () => {
  const { port } = http.address() as AddressInfo;
  const token = await tokens.document(person, `conversation/${conversation}`);
  process.stdout.write(`${JSON.stringify({ port, token })}\n`);
});
