/** Stateless messages and presence that no client of ours sends, over a real socket. */
import { accountDocName } from '@kith/schema/doc-name';
import { LIMITS } from '@kith/schema/limits';
import * as encoding from 'lib0/encoding';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type HostileWorld, openHostileWorld, refusals } from './test/hostile-world.ts';
import type { Attached } from './test/test-device.ts';
import { until } from './test/until.ts';
import { FRAME, type WireDocument } from './test/wire-device.ts';

let nowMs: number;
let world: HostileWorld;
beforeEach(async () => {
  nowMs = Date.now();
  world = await openHostileWorld({ now: () => nowMs });
});
afterEach(() => world.close());

const openChannel = (): Promise<WireDocument> => world.mallory.attach(accountDocName(world.mallory.person.account, 1));
/** States by client id, as the awareness protocol writes them: text of JSON, or of none. */
const presence = (...states: readonly (readonly [clientId: number, clock: number, json: string])[]): Uint8Array =>
  encoding.encode((out) => {
    encoding.writeVarUint(out, states.length);
    for (const [clientId, clock, json] of states) {
      encoding.writeVarUint(out, clientId);
      encoding.writeVarUint(out, clock);
      encoding.writeVarString(out, json);
    }
  });
/** Others that this device sees. */
const seenBy = ({ provider: { awareness } }: Attached): unknown[] =>
  [...(awareness?.getStates() ?? [])]
    .filter(([id, state]) => id !== awareness?.clientID && Object.keys(state).length > 0)
    .map(([, state]) => state);

test('[MSG-1] texts that are no message, or of no type, are refused one by one, and the channel stays', async () => {
  const channel = await openChannel();
  const texts = [
    ...[
      '',
      'x',
      '{',
      'null',
      '[]',
      '5',
      '"heartbeat"',
      '{}',
      '{"type":1}',
      '{"type":"__proto__"}',
      '{"type":"stored"}',
    ],
    ...['{"type":"receipts"}', '{"type":"receipts","receipts":{}}', '{"type":"receipts","receipts":[null]}'],
    '{"type":"receipts","receipts":[{"conversation":"x","stored":1}]}',
    `{"type":"receipts","receipts":[{"conversation":"${world.conversation.id}","stored":-1}]}`,
    `{"type":"receipts","receipts":[{"conversation":"${world.conversation.id}","read":1e300}]}`,
    `{"type":"receipts","receipts":[${Array(LIMITS.receiptsPerMessage + 1)
      .fill('{}')
      .join()}]}`,
    '{"__proto__":{"type":"heartbeat"}}',
    '['.repeat(LIMITS.statelessBytes - 1),
    `"${'x'.repeat(LIMITS.statelessBytes)}"`,
    '\ud800',
  ];
  for (const text of texts) channel.sendFrame(FRAME.stateless, text);
  expect(new Set(await refusals(channel, texts.length))).toEqual(new Set(['bad-request']));
  channel.sendFrame(FRAME.stateless, '{"type":"heartbeat"}');
  await until(() => channel.of('heartbeat').length === 1, 'the heartbeat');
  expect(channel.ended).toBeNull();
});

test('[RCP-1] messages on a document that is no channel are refused', async () => {
  for (const name of [world.conversation.head, world.conversation.segment(1)]) {
    const link = await world.mallory.attach(name);
    link.sendFrame(FRAME.stateless, '{"type":"heartbeat"}');
    link.sendFrame(
      FRAME.stateless,
      `{"type":"receipts","receipts":[{"conversation":"${world.conversation.id}","stored":1}]}`,
    );
    expect(await refusals(link, 2)).toEqual(['bad-request', 'bad-request']);
    expect(link.of('heartbeat')).toEqual([]);
  }
});

test('[RCP-1] receipts for what is not there, or of conversations one is not in, move nothing', async () => {
  const { server, alice, conversation, mallory } = world;
  const hers = await alice.channel().ready();
  server.directory.setRole(conversation.id, mallory.person.account, null);
  const channel = await openChannel();
  const receipts = [{ conversation: conversation.id, stored: 1_000, read: 1_000 }];
  channel.sendFrame(FRAME.stateless, JSON.stringify({ type: 'receipts', receipts }));
  channel.sendFrame(FRAME.stateless, '{"type":"heartbeat"}');
  await until(() => channel.of('heartbeat').length === 1, 'the message to be handled');
  const kept = await server.store.receipts(conversation.id);
  expect(kept.filter(({ account }) => account === mallory.person.account)).toEqual([]);
  expect(hers.of('receipts')).toEqual([]);
});

test('[SYN-6] a flood of messages is told to slow down, and is over when it ends', async () => {
  const channel = await openChannel();
  for (let n = 0; n < 500; n++) channel.sendFrame(FRAME.stateless, '{"type":"heartbeat"}');
  await until(() => channel.of('heartbeat').length + channel.of('rejected').length === 500, 'an answer to each');
  expect(new Set(channel.of('rejected').map(({ code }) => code))).toEqual(new Set(['rate-limited']));
  nowMs += 60_000;
  const before = channel.of('heartbeat').length;
  channel.sendFrame(FRAME.stateless, '{"type":"heartbeat"}');
  await until(() => channel.of('heartbeat').length === before + 1, 'the next heartbeat');
});

test('[AWR-2] nobody says something about, or the end of, another connection’s presence', async () => {
  const { alice, bob, conversation, mallory } = world;
  const [hers, his] = [await alice.attach(conversation.head).ready(), await bob.attach(conversation.head).ready()];
  hers.provider.awareness?.setLocalState({ typing: true });
  const { account, device } = alice.person;
  await until(() => JSON.stringify(seenBy(his)) === JSON.stringify([{ account, device, typing: true }]), 'alice');
  const victim = hers.provider.awareness?.clientID ?? 0;
  const link = await mallory.attach(conversation.head);
  link.sendFrame(FRAME.awareness, presence([victim, 4_000_000, '{"typing":false}']));
  link.sendFrame(FRAME.awareness, presence([victim, 4_000_001, 'null']));
  link.sendFrame(FRAME.awareness, presence([victim, 4_000_002, '{}'], [77, 1, '{"typing":true}']));
  await until(() => seenBy(his).length === 2, 'mallory under an id of her own');
  expect(seenBy(his)).toContainEqual({ account, device, typing: true });
});

test('[AWR-2] [AWR-3] presence that is no JSON, too large, of too many, or too often, is dropped, and one connection has one state', async () => {
  const { bob, conversation, mallory } = world;
  const his = await bob.attach(conversation.head).ready();
  const bad = [
    Uint8Array.of(),
    Uint8Array.of(255, 255, 255, 255, 15),
    Uint8Array.of(1, 1, 1, 200, 1),
    presence([1, 1, '{']),
    presence([1, 1, '5']),
    presence([1, 1, '"x"']),
    presence([1, 1, '[]']),
    presence([1, 1, `{"typing":true,"x":"${'y'.repeat(LIMITS.awarenessBytes)}"}`]),
  ];
  for (const [n, update] of bad.entries()) {
    const link = await mallory.attach(conversation.head, { session: `p${n}` });
    link.sendFrame(FRAME.awareness, update);
    link.sendFrame(FRAME.queryAwareness);
  }
  const many = await mallory.attach(conversation.head, { session: 'many' });
  const states = Array.from({ length: 5_000 }, (_, n) => [n + 10, 1, '{"typing":true}'] as const);
  for (let n = 0; n < 20; n++) many.sendFrame(FRAME.awareness, presence(...states));
  // a text is a state without fields: it says that its sender is here, and no more
  const [here, typing] = [false, true].map((isTyping) => ({ ...mallory.person, typing: isTyping }));
  await until(() => seenBy(his).length > 1, 'one state of each connection that said one');
  expect(seenBy(his)).toEqual([here, typing]);
});

test('[AWR-1] presence on a segment, or on a channel, reaches nobody', async () => {
  const { bob, conversation, mallory } = world;
  const his = await bob.attach(conversation.segment(1)).ready();
  const link = await mallory.attach(conversation.segment(1));
  const channel = await openChannel();
  for (const each of [link, channel]) each.sendFrame(FRAME.awareness, presence([5, 1, '{"typing":true}']));
  channel.sendFrame(FRAME.stateless, '{"type":"heartbeat"}');
  link.send(Uint8Array.of(9));
  await refusals(link);
  await until(() => channel.of('heartbeat').length === 1, 'both to be handled');
  expect(seenBy(his)).toEqual([]);
});
