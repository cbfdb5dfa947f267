/** The writes of the SQLite adapter, run inside a transaction of their thread's; what they are for says the port. */
import type { DatabaseSync } from 'node:sqlite';
import type { JournalName } from '@kith/schema/doc-name';
import type { AccountId, ConversationId, DeviceId } from '@kith/schema/ids';
import { err, ok } from '@kith/schema/result';
import type {
  AppendResult,
  Segment,
  SegmentClosing,
  SegmentResult,
  Snapshot,
  StoredReceipt,
} from './document-store.ts';
import { decodeEvents, type EncodedRow, encodeBindings, eventIdToBytes } from './sqlite-encoding.ts';
import { prepareJournalEnds, prepareWrites } from './sqlite-statements.ts';

/** Arguments and results cross threads: plain data. */
export type SqliteWrites = ReturnType<typeof createSqliteWrites>;

export const createSqliteWrites = (db: DatabaseSync) => {
  const sql = prepareWrites(db);
  const ends = prepareJournalEnds(db);
  const journalId = (name: JournalName): number => ends.idOf(name) ?? (sql.addJournal.get(name)?.['id'] as number);
  const writerId = (account: AccountId, device: DeviceId): number => {
    const found = sql.writerId.get(account, device) ?? sql.addWriter.get(account, device);
    return found?.['id'] as number;
  };

  return {
    append: (name: JournalName, rows: readonly EncodedRow[]): AppendResult => {
      const journal = journalId(name);
      const writers = rememberLast(writerId);
      let next = ends.lastArrival(journal) + 1;
      if (rows[0] !== undefined && rows[0][0] < next) return err({ type: 'arrival-taken' });
      for (const row of rows) {
        const [arrival, last, , , events, , receivedAt] = row;
        if (arrival !== next) throw new RangeError(`arrival ${arrival} leaves a hole after ${next - 1}`);
        sql.addRow.run(journal, ...row);
        decodeEvents(events).forEach(({ eventId, segment, account, device }, i) => {
          const writer = writers(account, device);
          sql.addEvent.run(journal, arrival + i, eventIdToBytes(eventId), segment, writer, receivedAt);
        });
        next = last + 1;
      }
      return ok(undefined);
    },

    compact: (name: JournalName, from: number, { document, upto, state, bindings }: Snapshot): boolean => {
      if (Number(sql.upto.get(document)?.['upto'] ?? 0) !== from) return false;
      sql.putSnapshot.run(document, journalId(name), upto, state, encodeBindings(bindings));
      sql.dropRows.run(document, upto);
      return true;
    },

    openSegment: ({ conversation, n, importer, firstArrival, openedAt }: Segment): SegmentResult =>
      changedOne(sql.openSegment.run(conversation, n, importer, firstArrival, openedAt)),
    closeSegment: (conversation: ConversationId, n: number, closing: SegmentClosing): SegmentResult => {
      const { closedAt, events, firstTime, lastTime } = closing;
      return changedOne(sql.closeSegment.run(closedAt, events, firstTime, lastTime, conversation, n));
    },

    putReceipts: (receipts: readonly StoredReceipt[]): readonly StoredReceipt[] =>
      receipts.filter(
        ({ conversation, account, device, arrival, at }) =>
          sql.putReceipt.run(conversation, account, device ?? '', arrival, at).changes === 1,
      ),
  };
};

const changedOne = ({ changes }: { readonly changes: number | bigint }): SegmentResult =>
  changes === 1 ? ok(undefined) : err({ type: 'segment-changed' });

type WriterId = (account: AccountId, device: DeviceId) => number;

/** The events of an append nearly always share their writer. Lives no longer than its transaction. */
const rememberLast = (writerId: WriterId): WriterId => {
  let last = { account: '', device: '', id: 0 };
  return (account, device) => {
    if (last.account !== account || last.device !== device) last = { account, device, id: writerId(account, device) };
    return last.id;
  };
};
