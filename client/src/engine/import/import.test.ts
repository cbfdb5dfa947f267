import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hlcToMs, msToHlc } from '@kith/schema/hlc';
import { LIMITS } from '@kith/schema/limits';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHeadlessEngine } from '../index.ts';
import { createRealTimers } from '../real-timers.ts';
import { ROOM } from '../storage/test/local-store-samples.ts';
import { gatherPeople, PASSWORD, type People, textsOf, until } from '../test/people.ts';
import { type ServerHarness, startServer } from '../test/server-harness.ts';
import { importHistory } from './import-history.ts';
import { createImportedEvents, type ImportLine } from './imported-events.ts';
import { readLine } from './read-lines.ts';

let server: ServerHarness;
let people: People;

beforeAll(async () => {
  server = await startServer();
  people = gatherPeople(server.origin);
});
afterAll(async () => {
  await people.closeAll();
  await server.close();
});

const NOW = 2_000_000_000_000;
const line = (n: number, changes: Partial<ImportLine> = {}): ImportLine => ({
  ...{ line: n, at: 1_100_000_000_000 + n * 700, author: `nick${n % 7}`, text: `line ${n}` },
  ...changes,
});
const eventsOf = (lines: readonly ImportLine[]) => {
  const toEvents = createImportedEvents(ROOM, 'source', NOW);
  return lines.flatMap((each) => toEvents(each));
};
const textOf = (body: Uint8Array): string => (JSON.parse(new TextDecoder().decode(body)) as { text: string }).text;

test('[IMP-1] the same line of the same source is always the same event', () => {
  const lines = [line(1), line(2), line(3)];
  expect(eventsOf(lines)).toEqual(eventsOf(lines));
  const others = createImportedEvents(ROOM, 'another source', NOW);
  expect(others(line(1))[0]?.eventId).not.toBe(eventsOf(lines)[0]?.eventId);
});

test('[IMP-2] times are the source’s; lines of one moment keep their order; nothing is dated ahead', () => {
  const events = eventsOf([
    line(1, { at: 5_000 }),
    line(2, { at: 5_000 }),
    line(3, { at: 5_001 }),
    line(4, { at: NOW * 2 }),
  ]);
  expect(events.map(({ time }) => time)).toEqual([msToHlc(5_000), msToHlc(5_000) + 1, msToHlc(5_001), msToHlc(NOW)]);
  expect(hlcToMs(eventsOf([line(1, { at: -5 })])[0]!.time)).toBe(0);
});

test('[IMP-3] a text that is too long for one message becomes several, without losing or cutting a character', () => {
  const text = '𝕏'.repeat(15_001);
  const events = eventsOf([line(1, { text }), line(2)]);
  expect(events.length).toBeGreaterThan(2);
  expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(events.length);
  expect(
    events
      .slice(0, -1)
      .map(({ body }) => textOf(body))
      .join(''),
  ).toBe(text);
  for (const { body } of events) expect(body.length).toBeLessThan(LIMITS.eventBytes - 500);
  expect(eventsOf([line(1, { text: '\u0001'.repeat(10_000) })])[0]!.body.length).toBeLessThan(LIMITS.eventBytes - 500);
});

test('[IMP-4] a line that cannot be read is named with its number and what is wrong', () => {
  const good = { at: '2004-12-25T09:14:00.000Z', author: 'crimsun', text: 'hello' };
  expect(readLine(JSON.stringify(good), 3)).toMatchObject({ ok: true, value: { line: 3, author: 'crimsun' } });
  for (const bad of [
    '{"at"',
    '[]',
    'null',
    '{}',
    JSON.stringify({ ...good, at: 'yesterday' }),
    JSON.stringify({ ...good, text: '' }),
  ]) {
    expect(readLine(bad, 7)).toMatchObject({ ok: false, error: { line: 7, detail: expect.any(String) } });
  }
});

test('[IMP-5] stopped in the middle and begun again, once in a new process’ profile state, all is there once', async () => {
  const profileDir = mkdtempSync(join(tmpdir(), 'kith-import-'));
  const all = Array.from({ length: 3_300 }, (_, n) => line(n + 1));
  const lines = async function* () {
    yield* all;
  };
  const run = async (signal?: AbortSignal, onProgress = (_: number): void => undefined) => {
    const headless = createHeadlessEngine({ server: server.origin, profileDir, bulk: true });
    if ((await headless.views.session().get()) === null) {
      const handle = `imp-${crypto.randomUUID().slice(0, 8)}`;
      await headless.engine.signUpWithPassword({ handle, name: 'Importer', password: PASSWORD, deviceName: 'import' });
    }
    const deps = {
      engine: headless.engine,
      store: headless.store,
      clock: { now: () => Date.now() },
      timers: createRealTimers(),
    };
    const request = { source: 'file', title: 'History', lines: lines(), onProgress };
    const id = await importHistory(deps, signal === undefined ? request : { ...request, signal });
    return { headless, id };
  };
  const abort = new AbortController();
  const first = await run(abort.signal, () => abort.abort());
  const partly = await first.headless.store.messageCount(first.id);
  expect(partly).toBeGreaterThan(0);
  expect(partly).toBeLessThan(3_300);
  await first.headless.close();

  const { headless, id } = await run();
  expect(id).toBe(first.id);
  expect(await headless.store.messageCount(id)).toBe(3_300);
  const link = await headless.engine.createInvite(id, { role: 'member', expiresInSeconds: 3_600, maxUses: 1 });
  const carol = await people.signUp('carol');
  await carol.engine.joinByInvite(link);
  await carol.engine.showConversation(id);
  await until(async () => expect((await textsOf(carol, id)).length).toBeGreaterThan(50));
  while (await carol.engine.loadOlder(id));
  const items = (await carol.views.timeline(id, 4_000).get()).items;
  expect(items.map(({ message }) => (message.state === 'shown' ? message.text : ''))).toEqual(
    all.map(({ text }) => text),
  );
  expect(items[10]).toMatchObject({ author: 'nick4', own: false });
  await headless.close();
  rmSync(profileDir, { recursive: true, force: true });
}, 60_000);
