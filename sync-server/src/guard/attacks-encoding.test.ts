/** Attacks by the bytes themselves: what no honest encoder writes, and what costs more to read than to send. */
import { LIMITS } from '@kith/schema/limits';
import * as encoding from 'lib0/encoding';
import { expect, test } from 'vitest';
import * as Y from 'yjs';
import { applyPlainly, attack } from './test/attack-ground.ts';
import {
  bytes,
  collected,
  embed,
  entries,
  forge,
  format,
  item,
  json,
  nestedType,
  skip,
  subDocument,
  text,
  tombstone,
  values,
} from './test/forge.ts';
import { logOf, newEvent, rootOf } from './test/guard-server.ts';
import { byMallory, createWorld, expectRefused } from './test/guard-world.ts';

const MALFORMED = { type: 'update-malformed' } as const;
const FORBIDDEN = { type: 'update-forbidden' } as const;

attack('[GRD-2] 17 a delete range of length 0, which splits text, is refused', async (open) => {
  const world = await open();
  const update = forge({ deletes: [[world.withEmoji(), [1, 0]]] });
  expect(applyPlainly(world, update).doc.getText('note').toString()).toBe('\ufffd\ufffd');
  await world.refused(update, { ...MALFORMED, detail: 'empty delete range' });
});

attack('[GRD-2] 18 what two readers of Yjs read differently is refused', async (open) => {
  const world = await open();
  const { id, writer } = world.mallory;
  const honest = item(entries(newEvent()), { root: rootOf(writer) });
  const hidden = item(values('x'), { root: 'meta', key: 'zz' });
  const twice = forge({
    sections: [
      [id, 2, [honest]],
      [id, 2, [hidden]],
    ],
  });
  expect(Y.decodeUpdate(twice).structs).toHaveLength(2);
  const plain = applyPlainly(world, twice).doc;
  expect(plain.getMap('meta').get('zz'), 'only the last section counts').toBe('x');
  expect(logOf(plain, world.mallory)).toHaveLength(2);
  await world.refused(twice, { ...MALFORMED, detail: 'section twice' });
  await world.refused(byMallory(world, skip(1, 0x8a)), { ...MALFORMED, detail: 'info' });
  const parentInfo = byMallory(world, item(entries(newEvent()), { root: 'r' }));
  parentInfo[parentInfo.indexOf('r'.charCodeAt(0)) - 2] = 2;
  await world.refused(parentInfo, { ...MALFORMED, detail: 'parent info' });
});

attack('[GRD-2] 19 truncated and trailing bytes are refused before anything is applied', async (open) => {
  const world = await open();
  const update = byMallory(world, item(entries(newEvent()), { origin: [world.mallory.id, 1] }));
  const plain = applyPlainly(world, update.slice(0, -1));
  expect(plain.thrown).toBe(true);
  expect(logOf(plain.doc, world.mallory), 'half applied').toHaveLength(3);
  for (let length = 0; length < update.length; length++) await world.refused(update.slice(0, length), MALFORMED);
  await world.refused(new Uint8Array([...update, 0]), { ...MALFORMED, detail: 'behind the end' });
});

attack('[GRD-3] 21 a count that claims millions of structs allocates nothing', async (open) => {
  const world = await open();
  for (const [count, expected] of [
    [1 << 25, 'update-too-large'],
    [3_000, 'update-malformed'],
  ] as const) {
    const out = encoding.createEncoder();
    for (const part of [1, count, world.mallory.id, 2]) encoding.writeVarUint(out, part);
    await world.refused(encoding.toUint8Array(out), { type: expected });
  }
});

attack('[GRD-4] 23 nested types, sub-documents, formatting, embeds, texts and JSON are refused', async (open) => {
  const world = await open();
  const place = { origin: [world.mallory.id, 1] } as const;
  const contents = [nestedType(1), subDocument('g'), format('b', true), embed({}), text('hi'), json('1')];
  for (const content of contents) {
    await world.refused(byMallory(world, item(content, place)), { ...FORBIDDEN, detail: 'content' });
  }
  await world.refused(byMallory(world, item(bytes(new Uint8Array(3)), place)), FORBIDDEN);
  const inside = item(entries(newEvent()), { parent: [world.mallory.id, 0] });
  await world.refused(byMallory(world, inside), { ...FORBIDDEN, detail: 'nested' });
});

attack('[GRD-14] 24 keys hidden on a log, and several values under one key, are refused', async (open) => {
  const world = await open();
  const root = rootOf(world.mallory.writer);
  await world.refused(byMallory(world, item(entries(newEvent()), { root, key: 'x' })), FORBIDDEN);
  const two = item(values(1, 2), { root: 'settings', key: 'x' });
  await world.refused(byMallory(world, two), { ...FORBIDDEN, detail: 'several values' });
});

attack('[GRD-4] 25 collected structs and huge runs under the own id are refused', async (open) => {
  const world = await open();
  await world.refused(byMallory(world, collected(5)), { ...FORBIDDEN, detail: 'collected' });
  await world.refused(byMallory(world, collected(2 ** 40)), MALFORMED);
  const root = rootOf(world.mallory.writer);
  await world.refused(byMallory(world, item(tombstone(2 ** 21), { root })), MALFORMED);
  await world.refused(byMallory(world, item(tombstone(0), { root })), { ...MALFORMED, detail: 'empty struct' });
  await world.refused(byMallory(world, item(tombstone(5), { root })), { type: 'update-gap', detail: 'tombstone' });
});

attack('[GRD-2] 26 integers out of range or not in their shortest form are refused', async (open) => {
  const world = await open();
  const { id, writer } = world.mallory;
  const struct = item(entries(newEvent()), { root: rootOf(writer) });
  const beyond53Bits = [1, 1, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1, 0, 0, 1, 0];
  for (const raw of [beyond53Bits, [0x81, 0x00, 0], [0, 0x80, 0x00], []]) {
    await world.refused(Uint8Array.from(raw), MALFORMED);
  }
  for (const update of [
    forge({ sections: [[2 ** 33, 0, [struct]]] }),
    forge({ sections: [[id, 2 ** 31 - 1, [struct]]] }),
    forge({ deletes: [[id, [2 ** 30, 2 ** 31 - 5]]] }),
  ]) {
    await world.refused(update, { ...MALFORMED, detail: 'out of range' });
  }
});

attack('[GRD-2] 27 deep, forbidden, doubled and broken values are refused', async (open) => {
  const world = await open();
  const place = { origin: [world.mallory.id, 1] } as const;
  const send = (value: unknown) => byMallory(world, item(values(value), place));
  let deep: unknown = 1;
  for (let i = 0; i < 40; i++) deep = [deep];
  await world.refused(send(deep), { ...MALFORMED, detail: 'too deep' });
  const proto = JSON.parse('{"__proto__":{"kind":1}}') as unknown;
  await world.refused(send(proto), { ...MALFORMED, detail: '__proto__' });
  const doubled = send({ aa: 1, bb: 1 });
  doubled.set([97, 97], doubled.indexOf(98));
  await world.refused(doubled, { ...MALFORMED, detail: 'key twice' });
  const key = item(values(1), { root: 'settings', key: '__proto__' });
  await world.refused(byMallory(world, key), { ...MALFORMED, detail: '__proto__' });
  const badText = send('AAAA');
  badText[badText.indexOf(65)] = 0xff;
  await world.refused(badText, { ...MALFORMED, detail: 'not UTF-8' });
  const longText = send('AAAA');
  longText[longText.indexOf(65) - 1] = 127;
  await world.refused(longText, { ...MALFORMED, detail: 'truncated' });
});

attack('[GRD-2] 33 delete ranges that overlap or are out of order are refused', async (open) => {
  const world = await open();
  const { id } = world.alice;
  for (const ranges of [
    [
      [2, 1],
      [0, 1],
    ],
    [
      [0, 2],
      [1, 2],
    ],
  ] as const) {
    await world.refused(forge({ deletes: [[id, ...ranges]] }), { ...MALFORMED, detail: 'out of order' });
  }
  await world.refused(
    forge({
      deletes: [
        [id, [0, 1]],
        [id, [1, 1]],
      ],
    }),
    { ...MALFORMED, detail: 'twice' },
  );
});

attack('[GRD-3] an update beyond the size of its mode is refused unread', async (open) => {
  const world = await open();
  const big = new Uint8Array(LIMITS.updateBytes + 1);
  await world.refused(big, { type: 'update-too-large' });
  await world.refused(big, MALFORMED, { mode: 'step2' });
});

test('[GRD-3] a step 2 larger than any frame is refused unread', () => {
  const huge = new Uint8Array(LIMITS.frameBytes + 1);
  expectRefused(createWorld(), huge, { type: 'update-too-large' }, { mode: 'step2' });
});

attack('[GRD-2] empty sections, empty delete sets and endless names are refused', async (open) => {
  const world = await open();
  const { id } = world.mallory;
  await world.refused(forge({ sections: [[id, 2, []]] }), { ...MALFORMED, detail: 'empty section' });
  await world.refused(forge({ deletes: [[id]] }), { ...MALFORMED, detail: 'empty delete set' });
  const named = item(values(1), { root: 'x'.repeat(257) });
  await world.refused(byMallory(world, named), { ...MALFORMED, detail: 'name too long' });
  const integer = byMallory(world, item(values('AAAAAAAA'), { origin: [id, 1] }));
  integer.set([125, 255, 255, 255, 255, 255, 255, 255, 255, 127], integer.indexOf(119));
  await world.refused(integer, { ...MALFORMED, detail: 'integer out of range' });
});

attack('[GRD-3] the number of structs is bounded over all sections', async (open) => {
  const world = await open();
  const half = Array.from({ length: 2_001 }, () => item(tombstone(1), { root: 'x' }));
  const update = forge({
    sections: [
      [1, 0, half],
      [2, 0, half],
    ],
  });
  await world.refused(update, { type: 'update-too-large', detail: '2001 structs' });
});

test('[GRD-2] every kind of plain value that the server writes may come back in a step 2', () => {
  const world = createWorld();
  const all = [undefined, null, 1, -70_000, 2 ** 40, 0.5, Math.PI, 12n, true, false, 'é😀', { a: { b: [1] } }, [], {}];
  world.doc.transact(() => {
    for (const [i, value] of all.entries()) world.doc.getMap('meta').set(`k${i}`, value);
  });
  const sent = world.send(world.mallory.writer, Y.encodeStateAsUpdate(world.doc), { mode: 'step2' });
  expect(sent).toMatchObject({ ok: true, value: { changed: false } });
});
