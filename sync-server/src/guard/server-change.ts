/** Changes that the server itself makes to a live document, ready for the journal: heads, inboxes, redactions. [GRD-17] */
import type * as Y from 'yjs';
import type { ClientBinding, ClientIds } from './client-ids.ts';
import { assertNothingPending } from './live-store.ts';

export interface ServerChange {
  readonly doc: Y.Doc;
  readonly clientIds: ClientIds;
  readonly origin: unknown;
  change(doc: Y.Doc): void;
}

export interface ServerUpdate {
  /** A plain Yjs update: the caller journals it. */
  readonly update: Uint8Array;
  readonly newBindings: readonly ClientBinding[];
}

/** @throws Error when nothing was changed, or more than one transaction did it: the caller's bug */
export const applyServerChange = ({ doc, clientIds, origin, change }: ServerChange): ServerUpdate => {
  const updates: Uint8Array[] = [];
  const collect = (update: Uint8Array): void => {
    updates.push(update);
  };
  doc.on('update', collect);
  try {
    doc.transact(() => change(doc), origin);
  } finally {
    doc.off('update', collect);
  }
  assertNothingPending(doc);
  const [update, ...more] = updates;
  if (update === undefined || more.length > 0) throw new Error(`a server change made ${updates.length} updates`);
  const hasStructs = doc.store.clients.has(doc.clientID);
  return { update, newBindings: hasStructs ? clientIds.bind([doc.clientID]) : [] };
};
