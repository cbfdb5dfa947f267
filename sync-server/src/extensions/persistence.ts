/**
 * From the store into memory and out again. @hocuspocus/extension-database carries snapshots: its `fetch` gives the
 * snapshot, the hook after it applies the later rows; its `store` ignores the state it is handed and asks for
 * compaction. A document that cannot be read is refused, never opened empty. [STO-3] [STO-4]
 */
import { Database } from '@hocuspocus/extension-database';
import { journalOf, parseDocName } from '@kith/schema/doc-name';
import type { Random } from '@kith/schema/ids';
import { createClientIds } from '../guard/client-ids.ts';
import type { HeadKeeper } from '../heads/head-keeper.ts';
import { type Compaction, ROWS_BEFORE_FOLD } from '../journal/compaction.ts';
import { applyStored, storedBindings } from '../journal/fold-stored.ts';
import type { Journals } from '../journal/journals.ts';
import { takeIn } from '../live/foreign-rows.ts';
import type { DocumentState, LiveDocument, LiveDocuments } from '../live/live-documents.ts';
import { packValues } from '../live/packed-values.ts';
import { HookRefusal } from '../live/peer.ts';
import type { Log } from '../log.ts';
import type { Membership } from '../membership/membership.ts';
import type { ConversationSegments } from '../segments/conversation-segments.ts';
import { createSegmentContents } from '../segments/segment-contents.ts';
import type { DocumentStore, StoredDocument } from '../storage/document-store.ts';
import type { Timers } from '../timers.ts';

const LOAD_RETRIES_MS = [50, 250, 1_000];
/** A document nobody has open is folded from this many rows on. */
const IDLE_ROWS_BEFORE_FOLD = 20;
/** Tells the engine that nobody changed anything. */
const LOAD_ORIGIN = { source: 'local', skipStoreHooks: true } as const;

interface PersistenceDeps {
  readonly store: DocumentStore;
  readonly journals: Journals;
  readonly compaction: Compaction;
  readonly live: LiveDocuments;
  readonly membership: Membership;
  readonly segments: ConversationSegments;
  readonly heads: HeadKeeper;
  readonly timers: Timers;
  readonly random: Random;
  readonly log: Log;
  /** No other process writes. */
  readonly isAlone: boolean;
}

export interface DocumentPayload {
  readonly document: LiveDocument;
  readonly documentName: string;
}

export const createPersistenceExtensions = (deps: PersistenceDeps) => {
  const storedByDocument = new WeakMap<LiveDocument, ReadDocument>();

  const database = new Database({
    fetch: async ({ document, documentName }) => {
      const stored = await readOrRefuse(deps, document, documentName);
      storedByDocument.set(document, stored);
      return stored.snapshot?.state ?? null;
    },
    store: async ({ documentName, clientsCount }) => {
      const state = deps.live.find(documentName);
      if (state !== null && isWorthFolding(deps.segments, state, clientsCount)) deps.compaction.request(documentName);
    },
  });

  const rows = {
    /** After the database's, which has the default of 100. */
    priority: 90,

    onLoadDocument: async ({ document, documentName }: DocumentPayload): Promise<void> => {
      const stored = storedByDocument.get(document);
      if (stored === undefined) throw new HookRefusal('unavailable');
      storedByDocument.delete(document);
      try {
        applyStored(document, { snapshot: null, rows: stored.rows }, LOAD_ORIGIN);
        await open(deps, { document, documentName }, stored);
      } catch (cause) {
        deps.log.error('a document could not be opened', { documentName, cause });
        document.destroy(); // the engine would leave its timer running
        deps.live.drop(documentName);
        throw new HookRefusal('unavailable');
      }
    },

    /** Rows on their way to the store are of this document's making: it stays until they are there. */
    beforeUnloadDocument: async ({ documentName }: DocumentPayload): Promise<void> => {
      const state = deps.live.find(documentName);
      if (state !== null && deps.journals.find(state.journal)?.isSettled === false)
        throw new HookRefusal('unavailable');
    },

    afterUnloadDocument: async ({ documentName }: { documentName: string }): Promise<void> => {
      const state = deps.live.drop(documentName);
      if (state === null) return;
      if (isWorthFolding(deps.segments, state, 0)) deps.compaction.request(documentName);
      if (deps.live.ofJournal(state.journal).length > 0) return;
      deps.journals.release(state.journal);
    },
  };

  return [database, rows] as const;
};

/** With all rows up to an arrival of its journal, and maybe later ones. */
interface ReadDocument extends StoredDocument {
  readonly upto: number;
}

const readOrRefuse = async (deps: PersistenceDeps, document: LiveDocument, name: string): Promise<ReadDocument> => {
  for (const retryMs of [...LOAD_RETRIES_MS, null]) {
    try {
      return await read(deps, name);
    } catch (cause) {
      deps.log.warn('a document could not be read', { document: name, cause });
      if (retryMs !== null) await new Promise<void>((resolve) => void deps.timers.after(retryMs, resolve));
    }
  }
  document.destroy(); // the engine would leave its timer running
  throw new HookRefusal('unavailable');
};

const read = async ({ store, journals }: PersistenceDeps, documentName: string): Promise<ReadDocument> => {
  const name = parseDocName(documentName);
  if (name === null) throw new HookRefusal('document-unknown');
  const isComplete = (await journals.find(journalOf(name))?.settled()) ?? true;
  if (!isComplete) throw new Error('rows of this journal wait to be stored');
  const { lastArrival: upto } = await store.position(journalOf(name));
  return { ...(await store.load(documentName)), upto };
};

const open = async (deps: PersistenceDeps, payload: DocumentPayload, stored: ReadDocument): Promise<void> => {
  const { document, documentName } = payload;
  const name = parseDocName(documentName);
  if (name === null) throw new HookRefusal('document-unknown');
  const clientIds = createClientIds({ doc: document, random: deps.random });
  clientIds.restore(storedBindings(stored));
  packValues(document);
  const contents = name.type === 'segment' ? createSegmentContents(document) : null;
  const state = {
    document,
    name,
    journal: journalOf(name),
    clientIds,
    contents,
    rows: stored.rows.length,
    isAbandoned: false,
  };
  // In use from here on, to hear what others append. Where there are no others, from the first append on: most documents
  // never have one.
  if (!deps.isAlone) await deps.journals.get(state.journal).position();
  if (name.type !== 'account') {
    await deps.membership.get(name.conversation);
    await deps.segments.load(name.conversation);
    // from here to `live.add` nothing is awaited: what is not in use may be forgotten at any other moment
    if (deps.membership.peek(name.conversation) === null) throw new Error('its members are not known');
  }
  deps.live.add(state);
  // what others appended between our reading and now was told when the document was not here to take it
  const isBehind = !deps.isAlone && (await deps.journals.position(state.journal)).lastArrival > stored.upto;
  if (isBehind) takeIn(state, await deps.store.load(documentName));
  deps.heads.bringUpToDate(state);
};

const isWorthFolding = (segments: ConversationSegments, { name, rows }: DocumentState, clients: number): boolean => {
  const isClosed = name.type === 'segment' && segments.find(name.conversation, name.n)?.closed != null;
  return rows > 0 && (isClosed || rows >= (clients === 0 ? IDLE_ROWS_BEFORE_FOLD : ROWS_BEFORE_FOLD));
};
