/** From what is stored of a document to a Yjs document. The live one is never asked. [STO-3] */
import * as Y from 'yjs';
import type { ClientBinding, StoredDocument } from '../storage/document-store.ts';

/** Applies snapshot and rows in one transaction: far cheaper than one by one, or than merging them first. */
export const applyStored = (doc: Y.Doc, { snapshot, rows }: StoredDocument, origin?: unknown): void => {
  if (snapshot === null && rows.length === 0) return;
  doc.transact(() => {
    if (snapshot !== null) Y.applyUpdate(doc, snapshot.state, origin);
    for (const { update } of rows) Y.applyUpdate(doc, update, origin);
  }, origin);
};

export const storedBindings = ({ snapshot, rows }: StoredDocument): ClientBinding[] => [
  ...new Map(
    [...(snapshot?.bindings ?? []), ...rows.flatMap(({ bindings }) => bindings)].map((b) => [b.clientId, b] as const),
  ).values(),
];

/** Runs `read` over a temporary document, collected as Yjs collects. */
export const withStoredDoc = <T>(stored: StoredDocument, read: (doc: Y.Doc) => T): T => {
  const doc = new Y.Doc({ gc: true });
  try {
    applyStored(doc, stored);
    return read(doc);
  } finally {
    doc.destroy();
  }
};
