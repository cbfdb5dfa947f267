/**
 * What the server's process grows by: for each idle connection, a socket of a device that is signed in and has its channel
 * open; and for each open segment of 1,000 events. The server is started anew for every run, on what it has stored, and
 * measured once its memory has come to rest. `BENCH_SOCKETS` and `BENCH_SEGMENTS` set how many.
 */
import { accountDocName, segmentName } from '@kith/schema/doc-name';
import type { ConversationId } from '@kith/schema/ids';
import { LIMITS } from '@kith/schema/limits';
import { type ServerProcess, startServer } from '../scripts/serve/server-process.ts';
import { inTurns } from './product/in-turns.ts';
import { createConversation, documentTokens, type Person, signUp } from './product/people.ts';
import { rssBytesOf } from './product/process-usage.ts';
import { reportFigures } from './report.ts';
import { median } from './statistics.ts';
import { kithUpdates } from './sync/messages.ts';
import { connectWire, syncUrl, updateFrame, type WireClient } from './sync/wire-client.ts';

const RUNS = Number(process.env['BENCH_RUNS'] ?? 5);
const SOCKETS = Number(process.env['BENCH_SOCKETS'] ?? 2_000);
/** So many that what the garbage collector lets lie, whatever there is, counts for little. */
const SEGMENTS = Number(process.env['BENCH_SEGMENTS'] ?? 300);
/** One less than what closes it. */
const EVENTS = LIMITS.segmentEvents - 1;
const KIB = 1024;
/** Opened and measured past before it counts: code that is compiled, pools that are filled. */
const WARM_UP = 0.1;
const AT_ONCE = 20;

const nobody = { onMessage: () => {} };

/** At rest: nothing was freed or taken for a while. */
const restingRss = async (server: ServerProcess): Promise<number> => {
  let least = Number.POSITIVE_INFINITY;
  for (let unchanged = 0; unchanged < 6; ) {
    await new Promise((resolve) => setTimeout(resolve, 500));
    const rss = rssBytesOf(server.pid() ?? 0);
    unchanged = rss < least * 0.995 ? 0 : unchanged + 1;
    least = Math.min(least, rss);
  }
  return least;
};

/** Bytes by which the process grows for each of `all`, opened by `open`; the first tenth warms it up. */
const growth = async <T>(
  server: ServerProcess,
  all: readonly T[],
  open: (item: T) => Promise<unknown>,
): Promise<number> => {
  const warm = Math.ceil(all.length * WARM_UP);
  await inTurns(all.slice(0, warm), AT_ONCE, open);
  const before = await restingRss(server);
  await inTurns(all.slice(warm), AT_ONCE, open);
  return ((await restingRss(server)) - before) / (all.length - warm);
};

const idleConnection = async (server: ServerProcess, people: readonly Person[]): Promise<number> => {
  const clients: WireClient[] = [];
  const bytes = await growth(server, people, async ({ account, accessToken }) => {
    const [token = ''] = await documentTokens(server.url, accessToken, [`account/${account}`]);
    const client = await connectWire(syncUrl(server.url), true, nobody);
    clients.push(client);
    await client.open(accountDocName(account, 1), token);
  });
  for (const client of clients) client.close();
  return bytes;
};

const openSegment = async (server: ServerProcess, person: Person, ids: readonly ConversationId[]): Promise<number> => {
  const tokens = await documentTokens(
    server.url,
    person.accessToken,
    ids.map((id) => `conversation/${id}`),
  );
  const client = await connectWire(syncUrl(server.url), true, nobody);
  const bytes = await growth(server, [...ids.entries()], ([n, id]) => client.open(segmentName(id, 1), tokens[n] ?? ''));
  client.close();
  return bytes;
};

const fillSegments = async (server: ServerProcess, person: Person, signKey: CryptoKey): Promise<ConversationId[]> => {
  const ids: ConversationId[] = [];
  for (let n = 0; n < SEGMENTS; n++) ids.push(await createConversation(server.url, person.accessToken));
  const tokens = await documentTokens(
    server.url,
    person.accessToken,
    ids.map((id) => `conversation/${id}`),
  );
  const client = await connectWire(syncUrl(server.url), true, nobody);
  for (const [n, id] of ids.entries()) {
    const name = segmentName(id, 1);
    const place = { conversation: id, account: person.account, device: person.device };
    const clientId = await client.open(name, tokens[n] ?? '');
    for (const update of await kithUpdates(0, EVENTS, { place, clientId, signKey }))
      client.send(updateFrame(name, update));
    await stored(server, person, id);
  }
  client.close();
  return ids;
};

const stored = async (server: ServerProcess, { accessToken }: Person, id: ConversationId): Promise<void> => {
  for (;;) {
    const path = `${server.url}/api/conversations/${id}/arrivals?after=${EVENTS - 1}`;
    const answer = await fetch(path, { headers: { authorization: `Bearer ${accessToken}` } });
    const { arrivals } = (await answer.json()) as { readonly arrivals: readonly unknown[] };
    if (arrivals.length > 0) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

const server = await startServer({ LOG_LEVEL: 'error', LIMITS: 'off' });
const restart = async (): Promise<void> => {
  await server.stop();
  await server.start();
};
const perConnection: number[] = [];
const perSegment: number[] = [];
try {
  const keys = (await crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify'])) as CryptoKeyPair;
  const signKey = new Uint8Array(await crypto.subtle.exportKey('raw', keys.publicKey));
  const writer = await signUp(server.url, 'writer', signKey);
  const ids = await fillSegments(server, writer, keys.privateKey);
  for (let run = 0; run < RUNS; run++) {
    await restart();
    perSegment.push(await openSegment(server, writer, ids));
  }
  const people = await inTurns(
    Array.from({ length: SOCKETS }, (_, n) => `person-${n}`),
    AT_ONCE,
    (handle) => signUp(server.url, handle, crypto.getRandomValues(new Uint8Array(32))),
  );
  for (let run = 0; run < RUNS; run++) {
    await restart();
    perConnection.push(await idleConnection(server, people));
  }
} finally {
  await server.close();
}

await reportFigures('memory', [
  { name: `idle connection, of ${SOCKETS}`, value: median(perConnection) / KIB, unit: 'KiB', goal: 30, baseline: null },
  {
    ...{ name: `open segment of ${EVENTS} events, of ${SEGMENTS}`, value: median(perSegment) / KIB, unit: 'KiB' },
    ...{ goal: 400, baseline: null },
  },
]);
