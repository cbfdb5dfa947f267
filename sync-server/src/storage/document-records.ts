/**
 * All that a document store holds as one stream of records, in a form that no adapter has for itself: what copies and
 * backups are made of. Equal stores give equal records, whatever they are kept in. [BAK-1]
 *
 *   store, then of each journal: (snapshot* row*)+ segment* events* receipt* journal
 *
 * The store may be in use meanwhile. A journal's records are one state of it, the one at the time of its position: rows
 * are never changed, so a pass stands when nothing was folded and no segment changed while it was read; otherwise what
 * changed is given again, and rows that came since are added. A snapshot takes the place of the rows and of the snapshot
 * before it. Receipts are read first, so none names an arrival that the journal does not have.
 */
import type { JournalName } from '@kith/schema/doc-name';
import type { DocumentRecord, DocumentStore, Segment, StoredReceipt } from './document-store.ts';

const EVENTS_A_RECORD = 500;
/** Passes over one journal: each is as long as what changed during the one before. */
const MAX_PASSES = 100;

export const readDocumentRecords = async function* (store: DocumentStore): AsyncGenerator<DocumentRecord> {
  yield { type: 'store', incarnation: await store.incarnation() };
  for (const journal of await store.journals()) yield* readJournal(store, journal);
};

const readJournal = async function* (store: DocumentStore, journal: JournalName): AsyncGenerator<DocumentRecord> {
  const receipts = await receiptsOf(store, journal);
  const uptos = new Map<string, number>();
  let read = 0;
  let segments: readonly Segment[] = [];
  for (let pass = 1; ; pass++) {
    if (pass > MAX_PASSES) throw new Error(`${journal} changed ${MAX_PASSES} times while it was read; try again later`);
    yield* readChangedSnapshots(store, journal, uptos);
    segments = await segmentsOf(store, journal);
    const { lastArrival } = await store.position(journal);
    yield* readRows(store, journal, { after: read, lastArrival, uptos });
    read = lastArrival;
    if (await isUnchanged(store, journal, { uptos, segments })) break;
  }
  for (const segment of segments) yield { type: 'segment', segment };
  const lastEventArrival = yield* readEvents(store, journal, read);
  for (const receipt of receipts) yield { type: 'receipt', receipt };
  yield { type: 'journal', journal, lastArrival: read, lastEventArrival };
};

const readChangedSnapshots = async function* (
  store: DocumentStore,
  journal: JournalName,
  uptos: Map<string, number>,
): AsyncGenerator<DocumentRecord> {
  for (const { document, upto } of await store.snapshotsOf(journal)) {
    if (uptos.get(document) === upto) continue;
    const { snapshot } = await store.load(document);
    if (snapshot === null) throw new Error(`the snapshot of ${document} is named and not there`);
    uptos.set(document, snapshot.upto);
    yield { type: 'snapshot', journal, snapshot };
  }
};

interface RowRange {
  readonly after: number;
  readonly lastArrival: number;
  readonly uptos: ReadonlyMap<string, number>;
}

/** Rows folded already may still be met where a fold is under way. */
const readRows = async function* (
  store: DocumentStore,
  journal: JournalName,
  { after, lastArrival, uptos }: RowRange,
): AsyncGenerator<DocumentRecord> {
  for await (const row of store.streamRows(journal, after + 1)) {
    if (row.arrival > lastArrival) return;
    if (row.arrival > (uptos.get(row.document) ?? 0)) yield { type: 'row', row };
  }
};

const isUnchanged = async (
  store: DocumentStore,
  journal: JournalName,
  before: { readonly uptos: ReadonlyMap<string, number>; readonly segments: readonly Segment[] },
): Promise<boolean> => {
  const snapshots = await store.snapshotsOf(journal);
  if (snapshots.some(({ document, upto }) => before.uptos.get(document) !== upto)) return false;
  return JSON.stringify(await segmentsOf(store, journal)) === JSON.stringify(before.segments);
};

const readEvents = async function* (
  store: DocumentStore,
  journal: JournalName,
  lastArrival: number,
): AsyncGenerator<DocumentRecord, number> {
  let last = 0;
  for (;;) {
    const page = await store.arrivals(journal, last, EVENTS_A_RECORD);
    const events = page.filter(({ arrival }) => arrival <= lastArrival);
    if (events.length > 0) yield { type: 'events', journal, events };
    last = events.at(-1)?.arrival ?? last;
    if (events.length < EVENTS_A_RECORD) return last;
  }
};

const segmentsOf = async (store: DocumentStore, journal: JournalName): Promise<readonly Segment[]> => {
  const conversation = conversationOfJournal(journal);
  return conversation === null ? [] : store.segments(conversation);
};

const receiptsOf = async (store: DocumentStore, journal: JournalName): Promise<readonly StoredReceipt[]> => {
  const conversation = conversationOfJournal(journal);
  const receipts = conversation === null ? [] : await store.receipts(conversation);
  const nameOf = ({ account, device }: StoredReceipt): string => `${account} ${device ?? ''}`;
  return receipts.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
};

const conversationOfJournal = (journal: JournalName): StoredReceipt['conversation'] | null => {
  const [root, id] = journal.split('/');
  return root === 'conversation' ? (id as StoredReceipt['conversation']) : null;
};
