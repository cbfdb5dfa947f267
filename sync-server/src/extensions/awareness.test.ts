import type { HocuspocusProvider } from '@hocuspocus/provider';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { WebSocket } from 'ws';
import { createConversation, type TestConversation } from '../test/conversation.ts';
import { createManualTimers } from '../test/manual-timers.ts';
import type { Attached, TestDevice } from '../test/test-device.ts';
import { startTestServer, type TestServer } from '../test/test-server.ts';
import { until } from '../test/until.ts';

let nowMs: number;
let server: TestServer;
let alice: TestDevice;
let bob: TestDevice;
let conversation: TestConversation;

beforeEach(async () => {
  nowMs = Date.now();
  server = await startTestServer({ clock: { now: () => nowMs } });
  [alice, bob] = [server.device(), server.device()];
  conversation = createConversation(
    server,
    new Map([
      [alice, 'owner'],
      [bob, 'member'],
    ]),
  );
});
afterEach(() => server.close());

const awarenessOf = ({ provider }: Attached): NonNullable<HocuspocusProvider['awareness']> => provider.awareness!;
/** What a device sees of others. */
const seenBy = (attached: Attached): unknown[] =>
  [...awarenessOf(attached).getStates()]
    .filter(([id]) => id !== awarenessOf(attached).clientID)
    .map(([, state]) => state)
    .filter((state) => Object.keys(state).length > 0);
const sees = (attached: Attached, state: object): boolean =>
  seenBy(attached).some((seen) => JSON.stringify(seen) === JSON.stringify(state));
const stateOf = ({ person: { account, device } }: TestDevice, typing: boolean) => ({ account, device, typing });

test('[AWR-1] what a state says about its sender comes from the token, and nothing else passes', async () => {
  const mine = await alice.attach(conversation.head).ready();
  const theirs = await bob.attach(conversation.head).ready();
  awarenessOf(mine).setLocalState({
    account: bob.person.account,
    device: 'x',
    typing: true,
    secret: 'y',
    role: 'owner',
  });
  await until(() => sees(theirs, stateOf(alice, true)), 'typing');
  awarenessOf(mine).setLocalState({ typing: 'yes' });
  await until(() => sees(theirs, stateOf(alice, false)), 'not typing');
  expect(seenBy(theirs)).toHaveLength(1);
  mine.detach();
  await until(() => seenBy(theirs).length === 0, 'leaving');
});

test('[AWR-2] nobody speaks under the client id of another connection, or under two', async () => {
  const mine = await alice.attach(conversation.head).ready();
  const theirs = await bob.attach(conversation.head).ready();
  awarenessOf(mine).setLocalState({ typing: true });
  await until(() => sees(theirs, stateOf(alice, true)), 'typing');
  const forged = awarenessOf(theirs);
  const victim = awarenessOf(mine).clientID;
  forged.states.set(victim, { typing: false });
  forged.meta.set(victim, { clock: 9_999, lastUpdated: Date.now() });
  forged.emit('update', [{ added: [], updated: [victim], removed: [] }, 'local']);
  forged.setLocalState({ typing: true });
  await until(() => sees(mine, stateOf(bob, true)), 'the honest state');
  forged.states.set(4_711, { typing: true });
  forged.meta.set(4_711, { clock: 1, lastUpdated: Date.now() });
  forged.emit('update', [{ added: [4_711], updated: [], removed: [] }, 'local']);
  forged.setLocalState({ typing: false });
  await until(() => sees(mine, stateOf(bob, false)), 'the next honest state');
  const carol = await server.device(server.person(alice.person.account)).attach(conversation.head).ready();
  await until(() => seenBy(carol).length === 2, 'what the server knows');
  expect(sees(carol, stateOf(alice, true))).toBe(true);
});

test('[AWR-1] there is no awareness on segments', async () => {
  const mine = await alice.attach(conversation.segment(1)).ready();
  const theirs = await bob.attach(conversation.segment(1)).ready();
  awarenessOf(mine).setLocalState({ typing: true });
  const head = await alice.attach(conversation.head).ready();
  const theirHead = await bob.attach(conversation.head).ready();
  awarenessOf(head).setLocalState({ typing: true });
  await until(() => sees(theirHead, stateOf(alice, true)), 'typing on the head');
  expect(seenBy(theirs)).toEqual([]);
});

test('[AWR-3] states that are too large or come too often are dropped, and the connection stays', async () => {
  const mine = await alice.attach(conversation.head).ready();
  const theirs = await bob.attach(conversation.head).ready();
  awarenessOf(mine).setLocalState({ typing: true, padding: 'x'.repeat(2_000) });
  awarenessOf(mine).setLocalState({ typing: true });
  await until(() => sees(theirs, stateOf(alice, true)), 'typing');
  for (let i = 0; i < 20; i++) awarenessOf(mine).setLocalState({ typing: i % 2 === 0, i });
  const segment = await alice.attach(conversation.segment(1)).ready(); // by now the server has read them
  nowMs += 1_000;
  expect(segment.reasons).toEqual([]);
  awarenessOf(mine).setLocalState({ typing: false, now: true });
  await until(() => sees(theirs, stateOf(alice, false)), 'the latest state');
  expect(mine.reasons).toEqual([]);
});

test('[AWR-4] who vanishes without a word is no longer present within 45 s', async () => {
  const timers = createManualTimers();
  const own = await startTestServer({ timers, clock: timers });
  try {
    const [ann, ben] = [own.device(), own.device()];
    const shared = createConversation(
      own,
      new Map([
        [ann, 'owner'],
        [ben, 'member'],
      ]),
    );
    const mine = await ann.attach(shared.head).ready();
    const theirs = await ben.attach(shared.head).ready();
    awarenessOf(mine).setLocalState({ typing: true });
    await until(() => sees(theirs, stateOf(ann, true)), 'presence');
    const socket = ann.socket.webSocket as unknown as WebSocket;
    socket.pause(); // as a phone whose network is gone: nothing comes, nothing goes, nothing is closed
    let pings = 0;
    (ben.socket.webSocket as unknown as WebSocket).on('ping', () => pings++);
    for (let seconds = 15; seconds <= 45; seconds += 15) {
      timers.advance(15_000);
      await until(() => pings >= seconds / 15, 'the living to be asked');
    }
    await until(() => seenBy(theirs).length === 0, 'nobody to be there');
  } finally {
    await own.close();
  }
});
