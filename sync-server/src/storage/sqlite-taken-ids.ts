/**
 * Is an event id stored, in whatever journal? Asked for every message before anybody hears of it. A connection that looks
 * at the newest commit reads its pages anew after each one; this one stays at a commit of a while ago, and remembers what
 * was stored since. [STO-7]
 */
import type { EventId } from '@kith/schema/ids';
import { eventIdToBytes } from './sqlite-encoding.ts';
import { openDatabase } from './sqlite-schema.ts';
import { prepareReads } from './sqlite-statements.ts';

export interface TakenIds {
  of(eventIds: readonly EventId[]): EventId[];
  /** A write is committed, of these events or of none. */
  committed(eventIds?: readonly EventId[]): void;
  /** Something was committed, nobody knows what. */
  renew(): void;
  close(): void;
}

/** Writes, and ids remembered: a commit that is in use keeps the log of the newer ones from being cleared. */
const MAX_SINCE = 1_000;

export const createTakenIds = (path: string): TakenIds => {
  const db = openDatabase(path);
  db.exec('PRAGMA query_only = ON; BEGIN');
  const { taken } = prepareReads(db);
  const since = new Set<EventId>();
  let writes = 0;
  const renew = (): void => {
    if (!db.isOpen) return;
    since.clear();
    writes = 0;
    db.exec('COMMIT; BEGIN');
  };
  return {
    of: (eventIds) => eventIds.filter((id) => since.has(id) || taken.get(eventIdToBytes(id)) !== undefined),
    committed: (eventIds = []) => {
      for (const id of eventIds) since.add(id);
      if (++writes >= MAX_SINCE || since.size >= MAX_SINCE) renew();
    },
    renew,
    close: () => {
      if (db.isOpen) db.close();
    },
  };
};
