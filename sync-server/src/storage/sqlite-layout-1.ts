/** Brings a file of layout 1, which had a row for each update and one for each event, to layout 2. [STO-9] */
import type { DatabaseSync } from 'node:sqlite';
import type { JournalName } from '@kith/schema/doc-name';
import { type AccountId, bytesToId, type DeviceId, type EventId } from '@kith/schema/ids';
import { packRows } from './packed-rows.ts';
import { decodeBindings, encodeRun } from './sqlite-encoding.ts';

type EventRun1 = [segment: number, account: AccountId, device: DeviceId, eventIds: EventId[]];

/** Runs inside the caller's transaction, with the tables of layout 2 beside those of layout 1. Cost: O(rows and events). */
export const moveFromLayout1 = (db: DatabaseSync): void => {
  const addBatch = db.prepare('INSERT INTO batches VALUES (?, ?, ?, ?, ?)');
  for (const row of readRows(db)) addBatch.run(row.journal, row.arrival, row.last, row.document, packRow(row));
  const addRun = db.prepare('INSERT INTO event_runs VALUES (?, ?, ?, ?, ?)');
  for (const { journal, arrival, segment, writer, event_id, received_at } of readEvents(db)) {
    const event = { eventId: bytesToId<EventId>(event_id), writer, receivedAt: received_at };
    addRun.run(journal, arrival, arrival, segment, encodeRun([event]));
  }
  db.exec(`INSERT INTO event_ids SELECT event_id, journal, arrival FROM events; DROP TABLE events; DROP TABLE rows;`);
};

interface Row1 {
  readonly journal: number;
  readonly name: JournalName;
  readonly arrival: number;
  readonly last: number;
  readonly document: string;
  readonly bytes: Uint8Array;
  readonly events: string;
  readonly bindings: string;
  readonly received_at: number;
  readonly incarnation: number;
}

interface Event1 {
  readonly journal: number;
  readonly arrival: number;
  readonly event_id: Uint8Array;
  readonly segment: number;
  readonly writer: number;
  readonly received_at: number;
}

const readRows = (db: DatabaseSync) =>
  db
    .prepare('SELECT r.*, j.name FROM rows r JOIN journals j ON j.id = r.journal')
    .iterate() as Iterable<unknown> as Iterable<Row1>;

const readEvents = (db: DatabaseSync) =>
  db.prepare('SELECT * FROM events').iterate() as Iterable<unknown> as Iterable<Event1>;

const packRow = ({ name, document, arrival, bytes, events, bindings, received_at, incarnation }: Row1): Uint8Array =>
  packRows([
    {
      ...{ journal: name, document, arrival, update: bytes, incarnation, receivedAt: received_at },
      events: (JSON.parse(events) as EventRun1[]).flatMap(([segment, account, device, eventIds]) =>
        eventIds.map((eventId) => ({ eventId, segment, account, device })),
      ),
      bindings: decodeBindings(bindings),
    },
  ]);
