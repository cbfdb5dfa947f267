import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createRealTimers } from '../real-timers.ts';
import { createManualTime } from '../test/manual-time.ts';
import { gatherPeople, type People, textsOf, until } from '../test/people.ts';
import { type ServerHarness, startServer } from '../test/server-harness.ts';
import { createPutOff } from './put-off.ts';

let server: ServerHarness;
let people: People;

beforeAll(async () => {
  server = await startServer();
  people = gatherPeople(server.origin);
});
afterEach(() => people.closeAll());
afterAll(() => server.close());

test('[ENG-13] what could not be done is done again after a pause that grows until everything was done', () => {
  const { timers, pass } = createManualTime();
  let times = 0;
  const putOff = createPutOff(timers, () => {
    times++;
    putOff.note();
  });
  putOff.note();
  putOff.note();
  pass(5_000);
  expect(times).toBe(1);
  pass(9_999);
  expect(times).toBe(1);
  pass(1);
  expect(times).toBe(2);
  pass(3_600_000);
  expect(times).toBeLessThan(20);
  putOff.done();
  const before = times;
  putOff.close();
  pass(3_600_000);
  expect(times).toBe(before);
});

test('[ENG-13] a server that could not say what arrived is asked again on the same connection', async () => {
  let isIndexDown = false;
  const real = createRealTimers();
  const alice = await people.signUp('alice', {
    overrides: {
      timers: { ...real, after: (ms, run) => real.after(ms === 5_000 ? 300 : ms, run) },
      fetch: (url, init) =>
        isIndexDown && String(url).endsWith('/api/index')
          ? Promise.resolve(Response.json({ code: 'unavailable', message: '' }, { status: 503 }))
          : fetch(url, init),
    },
  });
  const bob = await people.signUp('bob');
  const id = await people.together(alice, bob);
  const { connection } = alice.engine.leader()!.online()!.parts;
  connection.pause();
  await bob.engine.sendMessage(id, { text: 'meanwhile' });
  await until(async () => expect((await bob.views.unsent().get()).pending).toBe(0));
  isIndexDown = true;
  connection.start();
  await alice.online();
  await until(() => expect(alice.logged.join()).toContain('put off'));
  isIndexDown = false;
  await until(async () => expect(await textsOf(alice, id)).toEqual(['meanwhile']));
});
