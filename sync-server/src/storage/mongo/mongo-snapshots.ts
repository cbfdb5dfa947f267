/**
 * Snapshots in MongoDB, their states in parts of what one of its documents can hold. The parts are there before the
 * snapshot that names them takes the place of the one before, whose parts then go. [STO-3] [STO-10]
 */
import { randomUUID } from 'node:crypto';
import type { Snapshot } from '../document-store.ts';
import { ignoreDuplicates, type MongoDatabase, type SnapshotDoc, type SnapshotPartDoc } from './mongo-database.ts';

const PART_BYTES = 8 * 1024 * 1024;

export interface MongoSnapshots {
  get(document: string): Promise<Snapshot | null>;
  /** False, with nothing changed, when the one there does not reach to `from` (0: is there one). */
  replace(from: number, snapshot: Snapshot): Promise<boolean>;
}

export const createMongoSnapshots = ({ snapshots, parts }: MongoDatabase): MongoSnapshots => {
  /** Null when it was replaced meanwhile. */
  const readState = async ({ state, parts: count }: SnapshotDoc): Promise<Uint8Array | null> => {
    const found = await parts.find({ state }).sort({ part: 1 }).toArray();
    return found.length === count ? Buffer.concat(found.map(({ bytes }) => bytes)) : null;
  };

  const get = async (document: string): Promise<Snapshot | null> => {
    const found = await snapshots.findOne({ _id: document });
    if (found === null) return null;
    const state = await readState(found);
    if (state !== null) return { document, upto: found.upto, state, bindings: found.bindings };
    const now = await snapshots.findOne({ _id: document });
    if (now?.state === found.state) throw new Error(`parts of the snapshot of ${document} are missing`);
    return get(document);
  };

  return {
    get,
    replace: async (from, { document, upto, state: bytes, bindings }) => {
      const state = randomUUID();
      const made = toParts(document, upto, state, bytes);
      await Promise.all(made.map((part) => parts.insertOne(part)));
      const snapshot = { upto, bindings: [...bindings], state, parts: made.length };
      const before =
        from === 0 ? null : await snapshots.findOneAndUpdate({ _id: document, upto: from }, { $set: snapshot });
      const isReplaced =
        from === 0 ? await ignoreDuplicates(snapshots.insertOne({ _id: document, ...snapshot })) : before !== null;
      // states left by a crash are below what is there now; those of folds under way are not
      if (isReplaced) await parts.deleteMany({ document, upto: { $lt: upto } });
      await parts.deleteMany({ state: isReplaced ? (before?.state ?? '') : state });
      return isReplaced;
    },
  };
};

const toParts = (document: string, upto: number, state: string, bytes: Uint8Array): SnapshotPartDoc[] => {
  const count = Math.max(1, Math.ceil(bytes.length / PART_BYTES));
  return Array.from({ length: count }, (_, part) => ({
    ...{ _id: `${state} ${part}`, document, state, upto, part },
    bytes: bytes.subarray(part * PART_BYTES, (part + 1) * PART_BYTES),
  }));
};
