/**
 * Things that change, each one document under its name with the number of its version: a change is decided on a state
 * and written only if that is still the version, else it is decided again. [AST-4] [AST-5]
 */
import type { Collection, Document, Filter } from 'mongodb';
import { fromMongo, isInserted } from './mongo-values.ts';

export interface Versioned {
  /** The thing's name. */
  readonly _id: string;
  readonly version: number;
  readonly state: Document;
}

/** What becomes of a state: `next` follows it, null leaves it. */
export interface Decision<State, Answer> {
  readonly next: State | null;
  readonly answer: Answer;
}

export type Decide<State, Answer> = (state: State | null) => Decision<State, Answer> | Promise<Decision<State, Answer>>;

export interface States<State> {
  get(of: string): Promise<State | null>;
  /** Those there are, with the fields named (of the state), or whole. */
  getMany(ofs: readonly string[], fields?: readonly string[]): Promise<ReadonlyMap<string, State>>;
  where(filter: Filter<Versioned>): Promise<readonly State[]>;
  /** Of which things the state fits. */
  namesWhere(filter: Filter<Versioned>): Promise<readonly string[]>;
  /** `decide` is asked again where another change came first. */
  change<Answer>(of: string, decide: Decide<State, Answer>): Promise<Answer>;
}

/** One try is lost for each change that somebody else makes meanwhile. */
const TRIES = 200;

export const createStates = <State extends Document>(collection: Collection<Versioned>): States<State> => {
  const write = async (of: string, before: Versioned | null, state: State): Promise<boolean> => {
    if (before === null) return isInserted(collection.insertOne({ _id: of, version: 1, state }));
    const { version } = before;
    const change = await collection.updateOne({ _id: of, version }, { $set: { version: version + 1, state } });
    return change.matchedCount === 1;
  };
  return {
    get: async (of) => toState(await collection.findOne({ _id: of })),
    getMany: async (ofs, fields) => {
      const projection = Object.fromEntries((fields ?? []).map((name) => [`state.${name}`, 1]));
      const found = ofs.length === 0 ? [] : await collection.find({ _id: { $in: [...ofs] } }, { projection }).toArray();
      return new Map(found.map(({ _id, state }) => [_id, fromMongo<State>(state)]));
    },
    where: async (filter) => (await collection.find(filter).toArray()).map(({ state }) => fromMongo<State>(state)),
    namesWhere: async (filter) =>
      (await collection.find(filter, { projection: { _id: 1 } }).toArray()).map(({ _id }) => _id),
    change: async (of, decide) => {
      for (let tries = 0; tries < TRIES; tries++) {
        const before = await collection.findOne({ _id: of });
        const { next, answer } = await decide(toState(before));
        if (next === null || (await write(of, before, next))) return answer;
      }
      throw new Error(`others were first ${TRIES} times in changing ${of}`);
    },
  };
};

const toState = <State>(row: Versioned | null): State | null => (row === null ? null : fromMongo<State>(row.state));
