import * as encoding from 'lib0/encoding';
import { expect, test, vi } from 'vitest';
import * as Y from 'yjs';
import type { DocumentPeer } from '../live/peer.ts';
import { createConversation } from '../test/conversation.ts';
import { makeEvent } from '../test/events.ts';
import { startTestServer } from '../test/test-server.ts';
import { until } from '../test/until.ts';
import { createIntake } from './intake.ts';
import { readUpdate } from './update-frame.ts';

const SYNC_STEP_2 = 1;
const SYNC_UPDATE = 2;
const SYNC_STATUS = 8;

const syncFrame = (address: string, type: number, update: Uint8Array): Uint8Array =>
  encoding.encode((encoder) => {
    encoding.writeVarString(encoder, address);
    encoding.writeVarUint(encoder, 0);
    encoding.writeVarUint(encoder, type);
    encoding.writeVarUint8Array(encoder, update);
  });
const typeOf = (message: Uint8Array): number => message[1 + (message[0] ?? 0)] ?? -1;
const frame = (n: number): Uint8Array => syncFrame('conversation/a', SYNC_UPDATE, Uint8Array.of(n, n));

const setUp = () => {
  const peer = { messageAddress: 'conversation/a' } as DocumentPeer;
  const handled: number[][] = [];
  const held: (() => void)[] = [];
  const busy = new Set<DocumentPeer>();
  const intake = createIntake({
    isBusy: (asked) => busy.has(asked),
    updates: {
      handle: async (_peer, updates) => {
        handled.push(updates.map(([first]) => first ?? 0));
        await new Promise<void>((resolve) => held.push(resolve));
      },
    },
  });
  const take = (bytes: Uint8Array): boolean => intake.take(peer, bytes);
  return { peer, handled, held, busy, take };
};

test('[SYN-11] what comes in one piece is looked up at once, what comes meanwhile after it', async () => {
  const { handled, held, take } = setUp();
  expect([1, 2, 3].map((n) => take(frame(n)))).toEqual([true, true, true]);
  await until(() => handled.length === 1, 'the first updates');
  for (const n of [4, 5]) take(frame(n));
  held[0]?.();
  await until(() => handled.length === 2, 'the next ones');
  expect(handled).toEqual([
    [1, 2, 3],
    [4, 5],
  ]);
});

test('[SYN-11] behind what the engine has not handled yet, and what is no update, is the engine’s', async () => {
  const { peer, handled, busy, take } = setUp();
  expect(take(syncFrame('conversation/a', SYNC_STEP_2, Uint8Array.of(1)))).toBe(false);
  busy.add(peer);
  expect(take(frame(1))).toBe(false);
  busy.delete(peer);
  take(frame(2));
  busy.add(peer);
  expect(take(frame(3))).toBe(true); // in the order of coming, whatever the engine does now
  await until(() => handled.length === 1, 'the updates');
  expect(handled).toEqual([[2, 3]]);
});

test('[SYN-11] a frame that is longer or shorter than it says is no update', () => {
  const whole = frame(7);
  expect(readUpdate(whole)).toEqual(Uint8Array.of(7, 7));
  for (let length = 0; length < whole.length; length++) expect(readUpdate(whole.subarray(0, length))).toBeNull();
  expect(readUpdate(Uint8Array.of(...whole, 0))).toBeNull();
});

test('[SYN-11] this version of the engine shows what it has not handled: updates pass it by, and overtake nothing', async () => {
  const server = await startTestServer();
  try {
    const alice = server.device();
    const conversation = createConversation(server, new Map([[alice, 'owner']]));
    const mine = await alice.attach(conversation.segment(1)).ready();
    mine.append(makeEvent());
    await until(() => mine.stored().size === 1, 'the engine to have done what opening brings');
    const types: number[] = [];
    alice.socket.webSocket?.addEventListener('message', ({ data }) => types.push(typeOf(new Uint8Array(data))));
    const [first, second, third] = [makeEvent(), makeEvent(), makeEvent()];
    mine.append(first);
    await until(() => mine.stored().size === 2, 'the first event');
    expect(types).not.toContain(SYNC_STATUS); // which the engine sends for each update that it takes

    // a step 2 and an update behind it, in one piece: the update stands on what the step 2 brings
    const updates: Uint8Array[] = [];
    const offline = new Y.Doc();
    Y.applyUpdate(offline, Y.encodeStateAsUpdate(mine.doc));
    offline.clientID = mine.doc.clientID;
    offline.on('update', (update: Uint8Array) => updates.push(update));
    for (const { bytes } of [second, third])
      offline.getArray(`log/${alice.person.account}/${alice.person.device}`).push([[bytes]]);
    const address = mine.provider.effectiveName;
    const [step2, update] = updates;
    if (step2 === undefined || update === undefined) throw new Error('two updates were made');
    alice.socket.webSocket?.send(syncFrame(address, SYNC_STEP_2, step2));
    alice.socket.webSocket?.send(syncFrame(address, SYNC_UPDATE, update));
    await until(() => mine.stored().size === 4, 'the others');
    expect([...mine.stored().keys()].slice(1)).toEqual([first, second, third].map(({ eventId }) => eventId));
    expect(mine.of('rejected')).toEqual([]);
    expect(types).toContain(SYNC_STATUS);
  } finally {
    await server.close();
  }
});

test('[SYN-11] what comes in one piece is one transaction, each event of it checked by itself', async () => {
  const server = await startTestServer();
  const emitted = vi.spyOn(Y.Doc.prototype, 'emit');
  try {
    const alice = server.device();
    const conversation = createConversation(server, new Map([[alice, 'owner']]));
    const name = conversation.segment(1);
    const mine = await alice.attach(name).ready();
    mine.append(makeEvent());
    await until(() => mine.stored().size === 1, 'the engine to have done what opening brings');
    emitted.mockClear();
    const [valid, forged] = [Array.from({ length: 9 }, () => makeEvent()), { ...makeEvent(), bytes: Uint8Array.of(1) }];
    for (const event of valid) mine.append(event);
    mine.append(forged);
    await until(() => mine.stored().size === 10 && mine.of('rejected').length === 1, 'all to be answered');
    const ofServer = emitted.mock.calls.filter(
      ([event], i) => event === 'afterTransaction' && (emitted.mock.contexts[i] as { name?: string }).name === name,
    );
    expect(ofServer).toHaveLength(1);
  } finally {
    emitted.mockRestore();
    await server.close();
  }
});
