/** A MongoDB database whose writes a test sees coming: it may hold one up, let it fail, or lose its answer. */
import type { Collection, Db } from 'mongodb';

export interface Write {
  /** `<collection>.<method>` */
  readonly name: string;
}

export interface Watcher {
  before?(write: Write): Promise<void> | void;
  after?(write: Write): Promise<void> | void;
}

const WRITES: ReadonlySet<string | symbol> = new Set(['insertOne', 'updateOne', 'deleteOne', 'deleteMany']);

/** `watcher` may be changed between calls. */
export const createWatchedDb = (db: Db, watcher: { now: Watcher }): Db =>
  withMethods(db, (property, call) => {
    if (property !== 'collection') return call;
    return (...args: readonly unknown[]) => watchCollection(call(...args) as Collection, watcher);
  });

const watchCollection = (collection: Collection, watcher: { now: Watcher }): Collection =>
  withMethods(collection, (property, call) => {
    if (!WRITES.has(property)) return call;
    const write: Write = { name: `${collection.collectionName}.${String(property)}` };
    return async (...args: readonly unknown[]) => {
      await watcher.now.before?.(write);
      const answer = await call(...args);
      await watcher.now.after?.(write);
      return answer;
    };
  });

type Method = (...args: readonly unknown[]) => unknown;

const withMethods = <Target extends object>(
  target: Target,
  wrap: (property: string | symbol, call: Method) => Method,
): Target =>
  new Proxy(target, {
    get: (_, property) => {
      const value: unknown = Reflect.get(target, property, target);
      return typeof value === 'function' ? wrap(property, (...args) => Reflect.apply(value, target, args)) : value;
    },
  });
