import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { PageSignals } from '../engine-deps.ts';
import { createListeners } from '../listeners.ts';
import { faultySocket } from '../test/faulty-socket.ts';
import { gatherPeople, type People, textsOf, until } from '../test/people.ts';
import { type ServerHarness, startServer } from '../test/server-harness.ts';

let server: ServerHarness;
let people: People;

beforeAll(async () => {
  server = await startServer();
  people = gatherPeople(server.origin);
});
afterEach(() => people.closeAll());
afterAll(() => server.close());

test('[CON-1] the page’s word that it is offline or online closes and opens the connection at once', async () => {
  let signals: PageSignals = { online: true, visible: true };
  const listeners = createListeners<PageSignals>();
  const say = (next: PageSignals): void => {
    signals = next;
    listeners.tell(next);
  };
  const alice = await people.signUp('alice', {
    overrides: { page: { current: () => signals, onChange: listeners.add } },
  });
  say({ online: false, visible: true });
  await until(() => expect(alice.status().connection).toBe('offline'));
  say({ online: true, visible: true });
  await until(() => expect(alice.status().connection).toBe('online'), 2_000);
});

test('[CON-2] what is written while the socket is closed is not kept as frames: once open, it is said once', async () => {
  const updates: string[] = [];
  let isCounting = false;
  const WebSocket = faultySocket({
    outgoing: (document, { syncType }) => {
      if (isCounting && syncType === 2) updates.push(document);
      return true;
    },
  });
  const alice = await people.signUp('alice', { overrides: { WebSocket } });
  const bob = await people.signUp('bob');
  const id = await people.together(alice, bob);
  await alice.engine.sendMessage(id, { text: 'first' });
  await until(async () => expect((await alice.views.unsent().get()).pending).toBe(0));
  const { connection } = alice.engine.leader()!.online()!.parts;
  connection.pause();
  isCounting = true;
  for (let n = 0; n < 20; n++) await alice.engine.sendMessage(id, { text: `offline ${n}` });
  connection.start();
  await until(async () => expect(await textsOf(bob, id)).toHaveLength(21));
  expect(updates.length).toBeLessThan(5);
});

test('[CON-4] a document is written only once the server has said under which id and has sent what it has', async () => {
  const seen: string[] = [];
  const WebSocket = faultySocket({
    incoming: (document, text) => {
      if (document.endsWith('/1') && text.includes('"attached"')) seen.push('attached');
      return text;
    },
    outgoing: (document, { syncType }) => {
      if (document.startsWith('conversation/') && document.endsWith('/1') && syncType === 2) seen.push('update');
      return true;
    },
  });
  const alice = await people.signUp('alice', { overrides: { WebSocket } });
  const bob = await people.signUp('bob');
  const id = await people.together(alice, bob);
  await alice.engine.sendMessage(id, { text: 'hello' });
  await until(async () => expect(await textsOf(bob, id)).toEqual(['hello']));
  expect(seen.filter((what) => what === 'update')).toHaveLength(1);
  expect(seen.indexOf('attached')).toBeLessThan(seen.indexOf('update'));
});

test('[CON-6] a server that does not answer on the channel is left at once for a new connection', async () => {
  let isDeaf = false;
  let sockets = 0;
  const Faulty = faultySocket({ incoming: (_, text) => (isDeaf ? null : text) });
  class Counted extends Faulty {
    constructor(...args: ConstructorParameters<typeof WebSocket>) {
      super(...args);
      sockets++;
    }
  }
  const pending: { ms: number; run: () => void; cancelled: boolean }[] = [];
  let signals: PageSignals = { online: true, visible: true };
  const listeners = createListeners<PageSignals>();
  const alice = await people.signUp('alice', {
    overrides: {
      WebSocket: Counted,
      page: { current: () => signals, onChange: listeners.add },
      timers: {
        after: (ms, run) => {
          const timer = { ms, run, cancelled: false };
          pending.push(timer);
          if (ms !== 5_000) setTimeout(() => timer.cancelled || run(), ms);
          return () => {
            timer.cancelled = true;
          };
        },
        every: () => () => undefined,
      },
    },
  });
  expect(sockets).toBe(1);
  isDeaf = true;
  signals = { online: true, visible: true };
  listeners.tell(signals);
  const probe = await until(() => {
    const found = pending.find(({ ms, cancelled }) => ms === 5_000 && !cancelled);
    expect(found).toBeDefined();
    return found!;
  });
  isDeaf = false;
  probe.run();
  await until(() => expect(sockets).toBe(2));
  await until(() => expect(alice.status().connection).toBe('online'));
});
