/** Frames that no client of ours sends, or not in this order, over a real socket: they harm their sender at most. */
import { LIMITS } from '@kith/schema/limits';
import * as encoding from 'lib0/encoding';
import { afterEach, beforeEach, expect, test } from 'vitest';
import * as Y from 'yjs';
import { makeEvent } from './test/events.ts';
import { appending, type HostileWorld, openHostileWorld, refusals } from './test/hostile-world.ts';
import { until } from './test/until.ts';
import { FRAME, frameOf, SYNC, type WireDocument } from './test/wire-device.ts';

let world: HostileWorld;
let link: WireDocument;
/** What the server has before anything hostile comes. */
let state: Uint8Array;
beforeEach(async () => {
  world = await openHostileWorld();
  link = await world.mallory.attach(world.conversation.segment(1));
  state = await link.state();
});
afterEach(() => world.close());

const honest = (clientId = link.clientId, before = state): Uint8Array =>
  appending(before, { writer: world.mallory.person, clientId }, makeEvent().bytes);
/** As somebody else sees it. */
const stateNow = async (): Promise<Uint8Array> => {
  const other = await world.connect(world.bob.person);
  return (await other.attach(world.conversation.segment(1))).state();
};
const expectUntouched = async (): Promise<void> =>
  expect(Buffer.from(await stateNow()).toString('hex')).toBe(Buffer.from(state).toString('hex'));
const ends = async (what: string): Promise<void> =>
  until(() => link.ended !== null || world.mallory.closeCode !== null, what);

test('[SYN-9] frames of types that are not there, or not a client’s to send, end their document at most', async () => {
  for (const type of [3, 8, 9, 10, 11, 12, 100, 127, 128, 70_000]) {
    const document = await world.mallory.attach(world.conversation.segment(1), { session: `t${type}` });
    document.sendFrame(type, honest(document.clientId));
    document.sendFrame(type);
  }
  await expectUntouched();
});

test('[SYN-9] a broadcast that a client forges reaches nobody', async () => {
  const his = await world.bob.attach(world.conversation.segment(1)).ready();
  const before = his.messages.length;
  const forged = JSON.stringify({ type: 'storage', state: 'failing' });
  link.sendFrame(FRAME.broadcastStateless, forged);
  await ends('the forger’s connection to end');
  await expectUntouched();
  expect(his.messages.length).toBe(before);
});

test('[GRD-14] an update in the frame of a reply is checked as every other', async () => {
  const theirs = appending(state, { writer: world.alice.person, clientId: link.clientId }, makeEvent().bytes);
  for (const kind of [SYNC.step2, SYNC.update]) link.sendFrame(FRAME.syncReply, kind, theirs);
  expect(await refusals(link, 2)).toEqual(['update-forbidden', 'update-forbidden']);
  await expectUntouched();
});

test('[SYN-9] a frame cut off anywhere changes nothing and ends its own document at most', async () => {
  const whole = frameOf(link.address, FRAME.sync, SYNC.update, honest());
  for (let length = 1; length < whole.length; length += 3) world.mallory.socket.send(whole.subarray(0, length));
  world.mallory.socket.send(Uint8Array.of(...whole, 0));
  await expectUntouched();
});

test('[SYN-9] a frame that says it is longer than it is reads nothing beyond itself', async () => {
  const lying = encoding.encode((out) => {
    encoding.writeVarString(out, link.address);
    for (const part of [FRAME.sync, SYNC.update, 5_000_000]) encoding.writeVarUint(out, part);
    encoding.writeUint8Array(out, honest());
  });
  world.mallory.socket.send(lying);
  await ends('the document to be closed');
  await expectUntouched();
});

test('[SYN-9] addresses with zeros, without end, or of somebody else’s connection reach nobody’s document', async () => {
  const name = world.conversation.segment(1);
  const hers = await world.alice.attach(name).ready();
  for (const address of [
    name,
    `${name}\0`,
    `${name}\0\0`,
    `${name}\0${'x'.repeat(30)}`,
    `\0${name}`,
    `${name}\0wire\0wire`,
    hers.provider.effectiveName,
    `${name}/`,
    `${name}/../1`,
    '/',
  ]) {
    const wire = await world.connect(world.mallory.person);
    wire.sendFrame(address, FRAME.sync, SYNC.update, honest());
    wire.sendFrame(address, FRAME.close);
    wire.sendFrame(address, FRAME.sync, SYNC.step2, honest());
  }
  await expectUntouched();
  expect(hers.reasons).toEqual([]);
});

test('[SYN-2] a document that was never opened on this socket takes no frame', async () => {
  const wire = await world.connect(world.mallory.person);
  wire.sendFrame(`${world.conversation.segment(1)}\0wire`, FRAME.sync, SYNC.update, honest());
  wire.sendFrame(world.conversation.head, FRAME.stateless, '{"type":"heartbeat"}');
  wire.sendFrame(world.conversation.head, FRAME.awareness, Uint8Array.of(0));
  await expectUntouched();
});

test('[SYN-9] documents that wait to be opened for ever are bounded on a socket', async () => {
  const wire = await world.connect(world.mallory.person);
  for (let n = 0; n <= LIMITS.documentsPerSocket; n++) {
    wire.sendFrame(`conversation/${String(n).padStart(22, 'A')}/1`, FRAME.sync, SYNC.update, Uint8Array.of(0, 0));
  }
  await until(() => wire.closeCode !== null, 'the socket to be closed');
  await expectUntouched();
});

test('[GRD-10] updates in one piece with the request to open, under an id that was not issued yet, are refused', async () => {
  const wire = await world.connect(world.mallory.person);
  const name = world.conversation.segment(1);
  const opening = wire.attach(name);
  const address = `${name}\0wire`;
  for (const id of [link.clientId + 1, 1]) wire.sendFrame(address, FRAME.sync, SYNC.update, honest(id));
  const opened = await opening;
  wire.sendFrame(address, FRAME.sync, SYNC.update, honest(2));
  const codes = await refusals(opened, 1);
  expect(new Set(codes)).toEqual(new Set(['client-id-unknown']));
  await expectUntouched();
});

test('[SYN-11] of a step 2 and an update that claim the same clock, in one piece, the first counts', async () => {
  const [first, second] = [honest(), honest()];
  link.send(first, 'step2');
  link.send(second, 'update');
  link.send(second, 'step2');
  expect(await refusals(link, 2)).toEqual(['client-id-reused', 'client-id-reused']);
  await until(() => link.of('stored').length === 1, 'the first');
  const doc = new Y.Doc();
  Y.applyUpdate(doc, await stateNow());
  expect(doc.getArray(`log/${world.mallory.person.account}/${world.mallory.person.device}`).length).toBe(1);
});

test('[SYN-11] updates that stand on each other, by turns as updates and step 2s, are taken in their order', async () => {
  let before = state;
  for (let n = 0; n < 12; n++) {
    const update = honest(link.clientId, before);
    link.send(update, n % 3 === 0 ? 'step2' : 'update');
    before = Y.mergeUpdates([before, update]);
  }
  await until(() => link.of('stored').flatMap(({ events }) => events).length === 12, 'all of them');
  expect(link.of('rejected')).toEqual([]);
});

test('[SYN-9] what comes behind a document’s end, or an end in the middle of updates, is nobody’s', async () => {
  const [one, two] = [honest(), honest()];
  link.send(one);
  link.sendFrame(FRAME.close);
  link.send(two, 'step2');
  const again = await world.mallory.attach(world.conversation.segment(1), { session: 'again' });
  const doc = new Y.Doc();
  Y.applyUpdate(doc, await again.state());
  expect(doc.getArray(`log/${world.mallory.person.account}/${world.mallory.person.device}`).length).toBeLessThan(2);
});

test('[SYN-9] a socket that is cut in the middle of its updates leaves whole updates or none', async () => {
  const wire = await world.connect(world.mallory.person);
  const opened = await wire.attach(world.conversation.segment(1));
  let before = state;
  for (let n = 0; n < 20; n++) {
    const update = honest(opened.clientId, before);
    opened.send(update);
    before = Y.mergeUpdates([before, update]);
  }
  wire.close();
  const doc = new Y.Doc();
  Y.applyUpdate(doc, await stateNow());
  expect([doc.store.pendingStructs, doc.store.pendingDs]).toEqual([null, null]);
});

test('[SYN-5] a token of somebody else, shown on an open document, ends it', async () => {
  const token = await world.server.tokens.document(world.alice.person, `conversation/${world.conversation.id}`);
  link.sendFrame(FRAME.auth, 0, token, '4.8.0');
  link.send(appending(state, { writer: world.alice.person, clientId: link.clientId }, makeEvent().bytes));
  await ends('the document to be closed');
  await expectUntouched();
});

test('[SYN-9] asking for everything again and again is cut off', async () => {
  for (let n = 0; n < 200; n++) link.sendFrame(FRAME.sync, SYNC.step1, Uint8Array.of(0));
  await ends('the document to be closed');
  expect(link.ended).toMatch(/^rate-limited /);
});

test('[SYN-9] state vectors that are none, and sync messages of no type, end their own document', async () => {
  for (const [n, parts] of [
    [SYNC.step1, Uint8Array.of(255, 255, 255, 255, 255, 255, 255, 255, 255, 1)],
    [SYNC.step1, Uint8Array.of(200, 1, 2)],
    [3, Uint8Array.of(0)],
    [99, honest()],
  ].entries()) {
    const document = await world.mallory.attach(world.conversation.segment(1), { session: `v${n}` });
    document.sendFrame(FRAME.sync, ...parts);
  }
  await expectUntouched();
});

test('[SYN-9] the largest frame that there may be is refused in words, a larger one ends its socket', async () => {
  const room = LIMITS.frameBytes - 200;
  link.send(new Uint8Array(room));
  expect(await refusals(link)).toEqual(['update-too-large']);
  link.send(new Uint8Array(LIMITS.frameBytes));
  await until(() => world.mallory.closeCode !== null, 'the socket to be closed');
  expect(world.mallory.closeCode).toBe(1009);
  await expectUntouched();
});
