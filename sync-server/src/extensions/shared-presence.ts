/**
 * Presence and typing of people whose devices are connected to other processes. What is lost is said again by the devices
 * themselves within half a minute, and who is not heard of for as long is not present. [CLU-4]
 */

import { parseDocName } from '@kith/schema/doc-name';
import { type Awareness, applyAwarenessUpdate, encodeAwarenessUpdate } from 'y-protocols/awareness';
import type { Cluster, Followers } from '../cluster/cluster.ts';

export interface PresentDocument {
  readonly awareness: Awareness;
  readonly connections: ReadonlyMap<unknown, { readonly clients: ReadonlySet<number> }>;
}

interface Changed {
  readonly added: readonly number[];
  readonly updated: readonly number[];
  readonly removed: readonly number[];
}

/** Of what comes from other processes; the engine passes it on to connections. */
const ORIGIN = { source: 'redis' } as const;

export type SharedPresence = ReturnType<typeof createSharedPresence>;

export const createSharedPresence = ({ tell }: Pick<Cluster, 'tell'>) => {
  const documents = new Map<string, PresentDocument>();

  const tellOf = (document: string, { awareness }: PresentDocument, clients: readonly number[]): void => {
    if (clients.length > 0)
      tell({ type: 'presence', document, update: encodeAwarenessUpdate(awareness, [...clients]) });
  };

  return {
    extension: {
      afterLoadDocument: async ({ document, documentName }: { document: PresentDocument; documentName: string }) => {
        if (parseDocName(documentName)?.type !== 'head') return;
        documents.set(documentName, document);
        document.awareness.on('update', ({ added, updated, removed }: Changed, origin: unknown) => {
          if (origin !== ORIGIN) tellOf(documentName, document, [...added, ...updated, ...removed]);
        });
        tell({ type: 'who-is-present', document: documentName });
      },
      afterUnloadDocument: async ({ documentName }: { documentName: string }) => {
        documents.delete(documentName);
      },
    },
    followers: {
      presence: ({ document, update }) => {
        const found = documents.get(document);
        if (found !== undefined) applyAwarenessUpdate(found.awareness, update, ORIGIN);
      },
      'who-is-present': ({ document }) => {
        const found = documents.get(document);
        if (found === undefined) return;
        tellOf(
          document,
          found,
          [...found.connections.values()].flatMap(({ clients }) => [...clients]),
        );
      },
    } satisfies Pick<Followers, 'presence' | 'who-is-present'>,
  };
};
