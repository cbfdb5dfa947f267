/** What is stored of one document, in figures: for people who run a server and want to know what takes the space. [INS-1] */
import { readLogs } from '@kith/schema/documents/segment';
import { decodeEvent } from '@kith/schema/event/event-codec';
import { type EventKind, eventKind } from '@kith/schema/event/event-kind';
import { hlcToMs } from '@kith/schema/hlc';
import type { AccountId, DeviceId } from '@kith/schema/ids';
import * as Y from 'yjs';
import { storedBindings, withStoredDoc } from '../journal/fold-stored.ts';
import type { ClientBinding, StoredDocument } from '../storage/document-store.ts';

export interface DocumentReport {
  /** Folded up to an arrival; null: never. */
  readonly snapshot: { readonly bytes: number; readonly upto: number } | null;
  /** Not folded yet. */
  readonly rows: { readonly count: number; readonly bytes: number; readonly lastReceivedAt: number | null };
  readonly roots: readonly RootReport[];
  readonly logs: readonly LogReport[];
  readonly clients: readonly ClientReport[];
  /** Units of Yjs that are deleted: still with their place in a list, and collected to a mere length. */
  readonly tombstones: { readonly placed: number; readonly collected: number };
}

export interface RootReport {
  readonly name: string;
  readonly entries: number;
  readonly keys: number;
}

export interface LogReport {
  readonly account: AccountId;
  readonly device: DeviceId;
  readonly events: number;
  readonly bytes: number;
  readonly kinds: Readonly<Partial<Record<EventKind | 'unknown', number>>>;
  /** Of the events' own clocks, ms since 1970; null in a log without any that can be read. */
  readonly firstMs: number | null;
  readonly lastMs: number | null;
}

/** A Yjs client id; an owner without device is the server, none at all one that no row has named. */
export interface ClientReport {
  readonly clientId: number;
  readonly owner: Pick<ClientBinding, 'account' | 'device'> | null;
  readonly structs: number;
  readonly units: number;
}

/** Cost: O(document). */
export const describeDocument = (stored: StoredDocument): DocumentReport => {
  const { snapshot, rows } = stored;
  return {
    snapshot: snapshot && { bytes: snapshot.state.length, upto: snapshot.upto },
    rows: {
      count: rows.length,
      bytes: rows.reduce((sum, { update }) => sum + update.length, 0),
      lastReceivedAt: rows.at(-1)?.receivedAt ?? null,
    },
    ...withStoredDoc(stored, (doc) => ({
      logs: readLogs(doc).map(({ owner, events }) => ({ ...owner, ...describeLog(events) })),
      roots: [...doc.share].map(([name, root]) => describeRoot(name, root)),
      clients: describeClients(doc, storedBindings(stored)),
      tombstones: countTombstones(doc),
    })),
  };
};

const describeRoot = (
  name: string,
  { _map, _length }: { readonly _map: ReadonlyMap<string, Y.Item>; readonly _length: number },
): RootReport => ({
  name,
  entries: _length,
  keys: [..._map.values()].filter(({ deleted }) => !deleted).length,
});

const describeLog = (events: readonly Uint8Array[]): Omit<LogReport, 'account' | 'device'> => {
  const kinds: Partial<Record<EventKind | 'unknown', number>> = {};
  const times: number[] = [];
  for (const bytes of events) {
    const event = decodeEvent(bytes);
    const kind = (event.ok && eventKind(event.value.header.kind)) || 'unknown';
    kinds[kind] = (kinds[kind] ?? 0) + 1;
    if (event.ok) times.push(hlcToMs(event.value.header.time));
  }
  times.sort((a, b) => a - b);
  const bytes = events.reduce((sum, { length }) => sum + length, 0);
  return { events: events.length, bytes, kinds, firstMs: times[0] ?? null, lastMs: times.at(-1) ?? null };
};

const describeClients = (doc: Y.Doc, bindings: readonly ClientBinding[]): ClientReport[] => {
  const ownerById = new Map(bindings.map(({ clientId, account, device }) => [clientId, { account, device }]));
  return [...doc.store.clients].map(([clientId, structs]) => ({
    clientId,
    owner: ownerById.get(clientId) ?? null,
    structs: structs.length,
    units: structs.reduce((sum, { length }) => sum + length, 0),
  }));
};

const countTombstones = (doc: Y.Doc): DocumentReport['tombstones'] => {
  const tombstones = { placed: 0, collected: 0 };
  for (const structs of doc.store.clients.values()) {
    for (const struct of structs) {
      if (struct instanceof Y.GC) tombstones.collected += struct.length;
      else if (struct.deleted) tombstones.placed += struct.length;
    }
  }
  return tombstones;
};
