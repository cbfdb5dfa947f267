/** Attacks by where a struct claims to stand: overlaps, neighbours, order, cost. */
import { expect, test } from 'vitest';
import * as Y from 'yjs';
import { entries, type ForgedStruct, forge, item, skip, values } from './test/forge.ts';
import {
  applyPlainly,
  byMallory,
  createWorld,
  expectRefused,
  fingerprint,
  logOf,
  newEvent,
  rootOf,
  withEmoji,
} from './test/guard-world.ts';

test('[GRD-5] 13 what would wait for something missing is refused', () => {
  const world = createWorld();
  const { id, writer } = world.mallory;
  const update = byMallory(world, item(values('later'), { origin: [555, 0] }));
  expect(applyPlainly(world, update).doc.store.pendingStructs).not.toBeNull();
  expectRefused(world, update, { type: 'update-gap', detail: 'missing' });
  const ahead = forge({ sections: [[id, 9, [item(entries(newEvent()), { root: rootOf(writer) })]]] });
  expectRefused(world, ahead, { type: 'update-gap', detail: 'starts at 9' });
});

test('[GRD-6] 14 a struct known in part does not get to another place by its known part', () => {
  const world = createWorld();
  const { id, writer } = world.mallory;
  const forged = forge({ sections: [[id, 1, [item(values(0, 'pwned'), { root: 'meta', key: 'zz' })]]] });
  expect(applyPlainly(world, forged).doc.getMap('meta').get('zz')).toBe('pwned');
  expectRefused(world, forged, { type: 'client-id-reused' });
  // even with the known part as it is, the rest goes behind its real predecessor
  const known = logOf(world.doc, world.mallory)[1]!;
  const event = newEvent();
  const update = forge({ sections: [[id, 1, [item(entries(known, event), { root: 'meta', key: 'zz' })]]] });
  expect(world.send(writer, update)).toMatchObject({ ok: true, value: { events: [{ bytes: event }] } });
  expect(world.doc.getMap('meta').toJSON()).toEqual({ title: 'hello' });
  expect(logOf(world.doc, world.mallory)).toHaveLength(3);
});

test('[GRD-6] 15 a known struct makes no root and splits no text by the place it claims', () => {
  const world = createWorld();
  const emoji = withEmoji(world);
  const { id, writer } = world.mallory;
  const known = logOf(world.doc, world.mallory)[0]!;
  const before = fingerprint(world.doc);

  const root = forge({ sections: [[id, 0, [item(entries(known), { root: 'evil-root' })]]] });
  expect(applyPlainly(world, root).doc.share.has('evil-root')).toBe(true);
  expect(world.send(writer, root)).toMatchObject({ ok: true, value: { changed: false } });

  const split = forge({ sections: [[id, 0, [item(entries(known), { origin: [emoji, 0] })]]] });
  expect(applyPlainly(world, split).doc.getText('note').toString()).toBe('\ufffd\ufffd');
  expect(world.send(writer, split)).toMatchObject({ ok: true, value: { changed: false } });
  expect(fingerprint(world.doc)).toBe(before);
});

test("[GRD-7] 16 a right neighbour in another's list is refused", () => {
  const world = createWorld();
  const emoji = withEmoji(world);
  const struct = item(entries(newEvent()), { origin: [world.mallory.id, 1], right: [emoji, 1] });
  const update = byMallory(world, struct);
  expect(applyPlainly(world, update).doc.getText('note').toString()).toBe('\ufffd\ufffd');
  expectRefused(world, update, { type: 'update-forbidden', detail: 'different lists' });
});

test('[GRD-16] 20 two connections that race are each checked against the state they meet', () => {
  const world = createWorld();
  const { id, writer } = world.mallory;
  const [one, other] = [newEvent(), newEvent()].map((event) =>
    byMallory(world, item(entries(event), { origin: [id, 1] })),
  );
  expect(world.send(writer, one!)).toMatchObject({ ok: true, value: { changed: true } });
  expectRefused(world, other!, { type: 'client-id-reused' });
});

test('[GRD-7] 22 a struct that follows itself is refused before anything is applied', () => {
  const world = createWorld();
  const { id } = world.mallory;
  const update = byMallory(
    world,
    item(entries(newEvent()), { origin: [id, 1] }),
    item(entries(newEvent()), { origin: [id, 9] }),
  );
  const plain = applyPlainly(world, update);
  expect(plain.thrown).toBe(true);
  expect(logOf(plain.doc, world.mallory), 'half applied').toHaveLength(3);
  expectRefused(world, update, { type: 'update-malformed', detail: 'follows itself' });
  const right = byMallory(world, item(entries(newEvent()), { right: [id, 2] }));
  expectRefused(world, right, { type: 'update-malformed', detail: 'precedes itself' });
});

test('[GRD-5] 25 gaps by skips are refused', () => {
  const world = createWorld();
  expectRefused(world, byMallory(world, skip(5)), { type: 'update-gap', detail: 'skips' });
});

test('[GRD-5] 28 two own ids that wait for each other are refused', () => {
  const world = createWorld();
  const { id, writer } = world.mallory;
  const second = world.issue(writer);
  const update = forge({
    sections: [
      [id, 2, [item(entries(newEvent()), { origin: [second, 0] })]],
      [second, 0, [item(entries(newEvent()), { origin: [id, 2] })]],
    ],
  });
  expectRefused(world, update, { type: 'update-gap', detail: 'missing' });
});

test('[GRD-7] 29 inserting in the middle of the own log is refused', () => {
  const world = createWorld();
  const { id } = world.mallory;
  const update = byMallory(world, item(entries(newEvent()), { origin: [id, 0], right: [id, 1] }));
  expectRefused(world, update, { type: 'update-forbidden', detail: 'before another' });
});

test('[GRD-7] 30 inserts that make Yjs walk a long list again and again are refused', () => {
  const world = createWorld();
  const { id, writer } = world.mallory;
  const other = world.issue(writer);
  // two ids take turns, so that nothing merges
  for (let round = 0; round < 8; round++) {
    const from = round * 100;
    const structs: [ForgedStruct[], ForgedStruct[]] = [[], []];
    for (let i = from; i < from + 100; i++) {
      structs[0].push(item(entries(newEvent()), { origin: i === 0 ? [id, 1] : [other, i - 1] }));
      structs[1].push(item(entries(newEvent()), { origin: [id, 2 + i] }));
    }
    const update = forge({
      sections: [
        [id, 2 + from, structs[0]],
        [other, from, structs[1]],
      ],
    });
    expect(world.send(writer, update)).toMatchObject({ ok: true });
  }
  const bomb = Array.from({ length: 100 }, () => item(entries(newEvent()), { root: rootOf(writer) }));
  const update = forge({ sections: [[world.issue(writer), 0, bomb]] });
  expectRefused(world, update, { type: 'update-gap', detail: '100 structs away from the end' });
});

test('[GRD-7] 30b many structs beside the same neighbour of one update are refused', () => {
  const world = createWorld();
  const { id, writer } = world.mallory;
  const [low, high] = [world.issue(writer), world.issue(writer)].sort((a, b) => a - b) as [number, number];
  const star = () => Array.from({ length: 90 }, () => item(entries(newEvent()), { origin: [id, 2] }));
  const sections = [
    [id, 2, [item(entries(newEvent()), { origin: [id, 1] })]],
    [low, 0, star()],
    [high, 0, star()],
  ] as const;
  expectRefused(world, forge({ sections }), { type: 'update-gap', detail: '179 structs away' });
});

test('[GRD-7] 30c many structs at the start of an empty log are refused', () => {
  const world = createWorld();
  const newcomer = world.connect({ account: world.mallory.writer.account, device: world.alice.writer.device });
  const second = world.issue(newcomer.writer);
  const starts = () => Array.from({ length: 50 }, () => item(entries(newEvent()), { root: rootOf(newcomer.writer) }));
  const update = forge({
    sections: [
      [newcomer.id, 0, starts()],
      [second, 0, starts()],
    ],
  });
  expect(world.send(newcomer.writer, update)).toMatchObject({ ok: false, error: { type: 'update-gap' } });
  expect(Y.getState(world.doc.store, newcomer.id)).toBe(0);
});

test('[GRD-7] 30d structs behind many different entries that are not the last are refused', () => {
  const fromEach = (world: ReturnType<typeof createWorld>, first: number, count: number) =>
    Array.from({ length: count }, (_, i) => item(entries(newEvent()), { origin: [world.mallory.id, first + i] }));
  const run = entries(...Array.from({ length: 20 }, () => newEvent()));

  // units of one run that the server has
  const live = createWorld();
  expect(live.send(live.mallory.writer, byMallory(live, item(run, { origin: [live.mallory.id, 1] })))).toMatchObject({
    ok: true,
  });
  const other = live.issue(live.mallory.writer);
  const inside = forge({ sections: [[other, 0, fromEach(live, 2, 17)]] });
  expectRefused(live, inside, { type: 'update-gap', detail: '17 structs away' });

  // units of one run of the same update
  const fresh = createWorld();
  const sections = [
    [fresh.mallory.id, 2, [item(run, { origin: [fresh.mallory.id, 1] }), ...fromEach(fresh, 2, 17)]],
  ] as const;
  expectRefused(fresh, forge({ sections }), { type: 'update-gap', detail: '17 structs away' });

  // whole items in the middle of a list
  const mixed = createWorld();
  const second = mixed.issue(mixed.mallory.writer);
  for (let i = 0; i < 20; i++) {
    const [at, before] = i % 2 === 0 ? [mixed.mallory.id, second] : [second, mixed.mallory.id];
    const clock = Y.getState(mixed.doc.store, at);
    const origin = i === 0 ? ([at, 1] as const) : ([before, Y.getState(mixed.doc.store, before) - 1] as const);
    const update = forge({ sections: [[at, clock, [item(entries(newEvent()), { origin })]]] });
    expect(mixed.send(mixed.mallory.writer, update)).toMatchObject({ ok: true });
  }
  const third = mixed.issue(mixed.mallory.writer);
  const beside = [
    ...fromEach(mixed, 2, 9),
    ...Array.from({ length: 9 }, (_, i) => item(entries(newEvent()), { origin: [second, i] })),
  ];
  expectRefused(mixed, forge({ sections: [[third, 0, beside]] }), { type: 'update-gap', detail: '18 structs away' });
});
