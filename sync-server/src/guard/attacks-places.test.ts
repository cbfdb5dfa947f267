/** Attacks by where a struct claims to stand: overlaps, neighbours, order, cost. */
import { expect } from 'vitest';
import * as Y from 'yjs';
import { type AttackGround, applyPlainly, attack } from './test/attack-ground.ts';
import { entries, type ForgedStruct, forge, item, skip, values } from './test/forge.ts';
import { fingerprint, logOf, newEvent, newWriter, rootOf } from './test/guard-server.ts';
import { byMallory } from './test/guard-world.ts';

attack('[GRD-5] 13 what would wait for something missing is refused', async (open) => {
  const world = await open();
  const { id, writer } = world.mallory;
  const update = byMallory(world, item(values('later'), { origin: [555, 0] }));
  expect(applyPlainly(world, update).doc.store.pendingStructs).not.toBeNull();
  await world.refused(update, { type: 'update-gap', detail: 'missing' });
  const ahead = forge({ sections: [[id, 9, [item(entries(newEvent()), { root: rootOf(writer) })]]] });
  await world.refused(ahead, { type: 'update-gap', detail: 'starts at 9' });
});

attack('[GRD-6] 14 a struct known in part does not get to another place by its known part', async (open) => {
  const world = await open();
  const { id } = world.mallory;
  const forged = forge({ sections: [[id, 1, [item(values(0, 'pwned'), { root: 'meta', key: 'zz' })]]] });
  expect(applyPlainly(world, forged).doc.getMap('meta').get('zz')).toBe('pwned');
  await world.refused(forged, { type: 'client-id-reused' });
  // even with the known part as it is, the rest goes behind its real predecessor
  const known = logOf(world.doc, world.mallory)[1]!;
  const event = newEvent();
  const update = forge({ sections: [[id, 1, [item(entries(known, event), { root: 'meta', key: 'zz' })]]] });
  await world.accepted(update);
  expect(world.doc.getMap('meta').toJSON()).toEqual({ title: 'hello' });
  expect(logOf(world.doc, world.mallory)).toHaveLength(3);
});

attack('[GRD-6] 15 a known struct makes no root and splits no text by the place it claims', async (open) => {
  const world = await open();
  const emoji = world.withEmoji();
  const { id } = world.mallory;
  const known = logOf(world.doc, world.mallory)[0]!;
  const before = fingerprint(world.doc);

  const root = forge({ sections: [[id, 0, [item(entries(known), { root: 'evil-root' })]]] });
  expect(applyPlainly(world, root).doc.share.has('evil-root')).toBe(true);
  await world.passedOver(root);

  const split = forge({ sections: [[id, 0, [item(entries(known), { origin: [emoji, 0] })]]] });
  expect(applyPlainly(world, split).doc.getText('note').toString()).toBe('\ufffd\ufffd');
  await world.passedOver(split);
  expect(fingerprint(world.doc)).toBe(before);
});

attack("[GRD-7] 16 a right neighbour in another's list is refused", async (open) => {
  const world = await open();
  const emoji = world.withEmoji();
  const struct = item(entries(newEvent()), { origin: [world.mallory.id, 1], right: [emoji, 1] });
  const update = byMallory(world, struct);
  expect(applyPlainly(world, update).doc.getText('note').toString()).toBe('\ufffd\ufffd');
  await world.refused(update, { type: 'update-forbidden', detail: 'different lists' });
});

attack('[GRD-16] 20 two connections that race are each checked against the state they meet', async (open) => {
  const world = await open();
  const { id } = world.mallory;
  const [one, other] = [newEvent(), newEvent()].map((event) =>
    byMallory(world, item(entries(event), { origin: [id, 1] })),
  );
  await world.accepted(one!);
  await world.refused(other!, { type: 'client-id-reused' });
});

attack('[GRD-7] 22 a struct that follows itself is refused before anything is applied', async (open) => {
  const world = await open();
  const { id } = world.mallory;
  const update = byMallory(
    world,
    item(entries(newEvent()), { origin: [id, 1] }),
    item(entries(newEvent()), { origin: [id, 9] }),
  );
  const plain = applyPlainly(world, update);
  expect(plain.thrown).toBe(true);
  expect(logOf(plain.doc, world.mallory), 'half applied').toHaveLength(3);
  await world.refused(update, { type: 'update-malformed', detail: 'follows itself' });
  const right = byMallory(world, item(entries(newEvent()), { right: [id, 2] }));
  await world.refused(right, { type: 'update-malformed', detail: 'precedes itself' });
});

attack('[GRD-5] 25 gaps by skips are refused', async (open) => {
  const world = await open();
  await world.refused(byMallory(world, skip(5)), { type: 'update-gap', detail: 'skips' });
});

attack('[GRD-5] 28 two own ids that wait for each other are refused', async (open) => {
  const world = await open();
  const { id, writer } = world.mallory;
  const second = await world.issue(writer);
  const update = forge({
    sections: [
      [id, 2, [item(entries(newEvent()), { origin: [second, 0] })]],
      [second, 0, [item(entries(newEvent()), { origin: [id, 2] })]],
    ],
  });
  await world.refused(update, { type: 'update-gap', detail: 'missing' });
});

attack('[GRD-7] 29 inserting in the middle of the own log is refused', async (open) => {
  const world = await open();
  const { id } = world.mallory;
  const update = byMallory(world, item(entries(newEvent()), { origin: [id, 0], right: [id, 1] }));
  await world.refused(update, { type: 'update-forbidden', detail: 'before another' });
});

attack('[GRD-7] 30 inserts that make Yjs walk a long list again and again are refused', async (open) => {
  const world = await open();
  const { id, writer } = world.mallory;
  const other = await world.issue(writer);
  // two ids take turns, so that nothing merges
  for (let round = 0; round < 4; round++) {
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
    await world.accepted(update);
  }
  const bomb = Array.from({ length: 100 }, () => item(entries(newEvent()), { root: rootOf(writer) }));
  const update = forge({ sections: [[await world.issue(writer), 0, bomb]] });
  await world.refused(update, { type: 'update-gap', detail: '100 structs away from the end' });
});

attack('[GRD-7] 30b many structs beside the same neighbour of one update are refused', async (open) => {
  const world = await open();
  const { id, writer } = world.mallory;
  const [low, high] = [await world.issue(writer), await world.issue(writer)].sort((a, b) => a - b) as [number, number];
  const star = () => Array.from({ length: 90 }, () => item(entries(newEvent()), { origin: [id, 2] }));
  const sections = [
    [id, 2, [item(entries(newEvent()), { origin: [id, 1] })]],
    [low, 0, star()],
    [high, 0, star()],
  ] as const;
  await world.refused(forge({ sections }), { type: 'update-gap', detail: '179 structs away' });
});

attack('[GRD-7] 30c many structs at the start of an empty log are refused', async (open) => {
  const world = await open();
  const writer = newWriter(world.mallory.writer.account);
  const [first, second] = [await world.issue(writer), await world.issue(writer)];
  const starts = () => Array.from({ length: 50 }, () => item(entries(newEvent()), { root: rootOf(writer) }));
  const update = forge({
    sections: [
      [first, 0, starts()],
      [second, 0, starts()],
    ],
  });
  await world.refused(update, { type: 'update-gap' }, { by: writer });
  expect(Y.getState(world.doc.store, first)).toBe(0);
});

attack('[GRD-7] 30d structs behind many different entries that are not the last are refused', async (open) => {
  const fromEach = (world: AttackGround, first: number, count: number) =>
    Array.from({ length: count }, (_, i) => item(entries(newEvent()), { origin: [world.mallory.id, first + i] }));
  const run = entries(...Array.from({ length: 20 }, () => newEvent()));

  // units of one run that the server has
  const live = await open();
  await live.accepted(byMallory(live, item(run, { origin: [live.mallory.id, 1] })));
  const other = await live.issue(live.mallory.writer);
  const inside = forge({ sections: [[other, 0, fromEach(live, 2, 17)]] });
  await live.refused(inside, { type: 'update-gap', detail: '17 structs away' });

  // units of one run of the same update
  const fresh = await open();
  const sections = [
    [fresh.mallory.id, 2, [item(run, { origin: [fresh.mallory.id, 1] }), ...fromEach(fresh, 2, 17)]],
  ] as const;
  await fresh.refused(forge({ sections }), { type: 'update-gap', detail: '17 structs away' });

  // whole items in the middle of a list
  const mixed = await open();
  const second = await mixed.issue(mixed.mallory.writer);
  for (let i = 0; i < 20; i++) {
    const [at, before] = i % 2 === 0 ? [mixed.mallory.id, second] : [second, mixed.mallory.id];
    const clock = Y.getState(mixed.doc.store, at);
    const origin = i === 0 ? ([at, 1] as const) : ([before, Y.getState(mixed.doc.store, before) - 1] as const);
    const update = forge({ sections: [[at, clock, [item(entries(newEvent()), { origin })]]] });
    await mixed.accepted(update);
  }
  const third = await mixed.issue(mixed.mallory.writer);
  const beside = [
    ...fromEach(mixed, 2, 9),
    ...Array.from({ length: 9 }, (_, i) => item(entries(newEvent()), { origin: [second, i] })),
  ];
  await mixed.refused(forge({ sections: [[third, 0, beside]] }), { type: 'update-gap', detail: '18 structs away' });
});
