/**
 * Things that change, as documents that never do: each state is a document of its own, and its number in the thing's
 * chain is its `_id`, so inserting it is the compare-and-set. Nothing else is asked of the server than that of two
 * documents of one `_id` one is refused; updates in place are not atomic on every server. [AST-4] [AST-5]
 *
 *   read the highest ── decide ── insert its successor ── read the highest ── remove the lower ones
 *                                 └ the change happens here, or somebody else has the place
 *
 * Whoever decided long ago may find the place of the successor free again, because it was removed after others had gone
 * on. What it inserts lies below the highest, where nobody looks. It learns of it by the second reading: each state names
 * the changes that led to it, and its own is not among them.
 */
import { randomBytes } from 'node:crypto';
import type { Collection, Document, Filter } from 'mongodb';
import { fromMongo, isInserted } from './mongo-values.ts';

export interface Revision {
  /** `<of>/<revision>` */
  readonly _id: string;
  readonly of: string;
  readonly revision: number;
  /** The changes that led here, this one first. */
  readonly recent: readonly string[];
  readonly state: Document;
}

/** What becomes of a state: `next` follows it, null leaves it. */
export interface Decision<State, Answer> {
  readonly next: State | null;
  readonly answer: Answer;
}

export type Decide<State, Answer> = (state: State | null) => Decision<State, Answer> | Promise<Decision<State, Answer>>;

export interface Chain<State> {
  newest(of: string): Promise<State | null>;
  /** Those there are, with the fields named (of the state), or whole. */
  newestOf(ofs: readonly string[], fields?: readonly string[]): Promise<ReadonlyMap<string, State>>;
  /** Those of which a state, now or shortly ago, fits: what is asked must hold of the newest too. */
  where(filter: Filter<Revision>, holds: (state: State) => boolean): Promise<readonly State[]>;
  /** Of which things a state, now or shortly ago, fits. */
  namesWhere(filter: Filter<Revision>): Promise<readonly string[]>;
  /** `decide` is asked again where another change came first. */
  change<Answer>(of: string, decide: Decide<State, Answer>): Promise<Answer>;
}

/** So many changes may come between an insert and the reading that proves it. */
const REMEMBERED = 32;
/** One try is lost for each change that somebody else makes meanwhile. */
const TRIES = 200;

export const createChain = <State extends Document>(collection: Collection<Revision>): Chain<State> => {
  const newestOf = async (ofs: readonly string[], fields?: readonly string[]) => {
    const rows = ofs.length === 0 ? [] : await findRevisions(collection, { of: { $in: [...ofs] } }, fields);
    return new Map([...highest(rows)].map(([of, row]) => [of, fromMongo<State>(row.state)]));
  };
  const namesWhere = async (filter: Filter<Revision>) => {
    const rows = await collection.find(filter, { projection: { of: 1 } }).toArray();
    return [...new Set(rows.map(({ of }) => of))];
  };
  return {
    newest: async (of) => toState<State>(await findNewest(collection, of)),
    newestOf,
    namesWhere,
    where: async (filter, holds) => [...(await newestOf(await namesWhere(filter))).values()].filter(holds),
    change: (of, decide) => change(collection, of, decide),
  };
};

const change = async <State extends Document, Answer>(
  collection: Collection<Revision>,
  of: string,
  decide: Decide<State, Answer>,
): Promise<Answer> => {
  const name = randomBytes(9).toString('base64url');
  let before = await findNewest(collection, of);
  for (let tries = 0; tries < TRIES; tries++) {
    const { next, answer } = await decide(toState<State>(before));
    if (next === null) return answer;
    const made = successor(of, before, { name, state: next });
    await isInserted(collection.insertOne(made));
    const after = await findNewest(collection, of);
    if (after?.recent.includes(name)) {
      if (before !== null) await sweep(collection, made);
      return answer;
    }
    if (after !== null && after.revision - made.revision >= REMEMBERED) {
      throw new Error(`so much was changed meanwhile that it is unknown whether this change of ${of} counts`);
    }
    before = after;
  }
  throw new Error(`others were first ${TRIES} times in changing ${of}`);
};

const successor = (of: string, before: Revision | null, made: { name: string; state: Document }): Revision => {
  const revision = (before?.revision ?? 0) + 1;
  const recent = [made.name, ...(before?.recent ?? [])].slice(0, REMEMBERED);
  return { _id: `${of}/${revision}`, of, revision, recent, state: made.state };
};

/** The change is made by then: what stays when this fails is below the highest, and the next change removes it. */
const sweep = async (collection: Collection<Revision>, { of, revision }: Revision): Promise<void> => {
  await collection.deleteMany({ of, revision: { $lt: revision } }).catch(() => undefined);
};

const toState = <State>(row: Revision | null): State | null => (row === null ? null : fromMongo<State>(row.state));

const findNewest = async (collection: Collection<Revision>, of: string): Promise<Revision | null> =>
  highest(await findRevisions(collection, { of })).get(of) ?? null;

/** Upwards: what is inserted while the cursor goes is still before it, so the highest is never missed. */
const findRevisions = (
  collection: Collection<Revision>,
  filter: Filter<Revision>,
  fields?: readonly string[],
): Promise<readonly Revision[]> => {
  const projection = Object.fromEntries(
    ['of', 'revision', ...(fields ?? []).map((name) => `state.${name}`)].map((name) => [name, 1]),
  );
  return collection
    .find(filter, fields === undefined ? {} : { projection })
    .sort({ of: 1, revision: 1 })
    .toArray();
};

const highest = (rows: readonly Revision[]): ReadonlyMap<string, Revision> => {
  const byName = new Map<string, Revision>();
  for (const row of rows) if (row.revision > (byName.get(row.of)?.revision ?? 0)) byName.set(row.of, row);
  return byName;
};
