import type { Db } from 'mongodb';
import { expect, it } from 'vitest';
import { useTestMongo } from '../../test/test-mongo.ts';
import { createWatchedDb, type Watcher } from '../../test/watched-db.ts';
import { createStates, type States, type Versioned } from './mongo-states.ts';

interface Counter {
  readonly count: number;
  readonly by: readonly string[];
}

const mongo = useTestMongo();

/** The same things as two processes see them; what the first writes can be watched. */
const open = () => {
  const place = mongo.place();
  const watcher: { now: Watcher } = { now: {} };
  const rows = mongo.connect(place).collection<Versioned>('things');
  return {
    rows,
    watcher,
    slow: statesOf(createWatchedDb(mongo.connect(place), watcher)),
    quick: createStates<Counter>(rows),
  };
};
const statesOf = (db: Db) => createStates<Counter>(db.collection<Versioned>('things'));

const add = (states: States<Counter>, by: string, of = 'thing'): Promise<number> =>
  states.change<number>(of, (state) => {
    const next = { count: (state?.count ?? 0) + 1, by: [...(state?.by ?? []), by] };
    return { next, answer: next.count };
  });

/** What the first process sends next waits until `meanwhile` is over. */
const during = (watcher: { now: Watcher }, meanwhile: () => Promise<unknown>): void => {
  watcher.now = {
    before: async () => {
      watcher.now = {};
      await meanwhile();
    },
  };
};

it('[AST-5] of changes made at once each counts once, in one order', async () => {
  const { slow, quick } = open();
  const answers = await Promise.all(
    Array.from({ length: 24 }, (_, i) => add(i % 2 === 0 ? slow : quick, `change ${i}`)),
  );
  expect(answers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 24 }, (_, i) => i + 1));
  const state = await quick.get('thing');
  expect(answers.map((answer) => state?.by[answer - 1])).toEqual(answers.map((_, i) => `change ${i}`));
});

for (const changes of [1, 2, 3, 20]) {
  it(`[AST-5] a change decided before ${changes} others, and sent after them, is decided again`, async () => {
    const { slow, quick, watcher } = open();
    await add(quick, 'first');
    during(watcher, async () => {
      for (let i = 0; i < changes; i++) await add(quick, 'meanwhile');
    });
    expect(await add(slow, 'late')).toBe(changes + 2);
    const state = await quick.get('thing');
    expect(state?.by).toEqual(['first', ...Array.from({ length: changes }, () => 'meanwhile'), 'late']);
  });
}

it('[AST-5] a thing is made once, also where it was made and changed meanwhile', async () => {
  const { slow, quick, watcher } = open();
  during(watcher, async () => {
    for (let i = 0; i < 3; i++) await add(quick, 'meanwhile');
  });
  const make = slow.change<string>('thing', (state) =>
    state === null ? { next: { count: 1, by: ['late'] }, answer: 'made' } : { next: null, answer: 'there' },
  );
  expect(await make).toBe('there');
  expect(await quick.get('thing')).toEqual({ count: 3, by: ['meanwhile', 'meanwhile', 'meanwhile'] });
});

it('[AST-5] a change after which others came before it was seen is known to count', async () => {
  const { slow, quick, watcher } = open();
  await add(quick, 'first');
  watcher.now = {
    after: async () => {
      watcher.now = {};
      for (let i = 0; i < 20; i++) await add(quick, 'meanwhile');
    },
  };
  expect(await add(slow, 'early')).toBe(2);
  expect((await quick.get('thing'))?.by.filter((by) => by === 'early')).toHaveLength(1);
});

it('[AST-5] whoever reads while others change finds a state, and never an older one than before', async () => {
  const { slow, quick } = open();
  await add(quick, 'first');
  let isWriting = true;
  const writing = (async () => {
    for (let i = 0; i < 60; i++) await add(quick, 'change');
    isWriting = false;
  })();
  let seen = 0;
  while (isWriting) {
    const count = (await slow.get('thing'))?.count ?? 0;
    expect(count).toBeGreaterThanOrEqual(Math.max(1, seen));
    seen = count;
  }
  await writing;
  expect((await slow.get('thing'))?.count).toBe(61);
});

it('[AST-4] a thing is one document that does not grow with its changes; neighbouring names are other things', async () => {
  const { rows, quick } = open();
  const set = (of: string) => quick.change<null>(of, () => ({ next: { count: 1, by: [] }, answer: null }));
  for (const of of ['thin', 'things', 'thing/1', 'Thing', 'thing ']) await set(of);
  for (let i = 0; i < 40; i++) await set('thing');
  expect(await rows.find().sort({ _id: 1 }).toArray()).toEqual(
    ['Thing', 'thin', 'thing', 'thing ', 'thing/1', 'things'].map((_id) => ({
      ...{ _id, version: _id === 'thing' ? 40 : 1, state: { count: 1, by: [] } },
    })),
  );
  expect(await quick.namesWhere({ 'state.count': 1 })).toHaveLength(6);
  expect([...(await quick.getMany(['thing', 'thing/1', 'nothing'])).keys()].sort()).toEqual(['thing', 'thing/1']);
});
