/**
 * Keeps loaded heads up to date: on load and on every change of the directory's record or of the segments. A head that
 * is not loaded needs nothing: it is derived when it is. [SYN-7]
 */
import { headName } from '@kith/schema/doc-name';
import type { ConversationId } from '@kith/schema/ids';
import { applyServerChange } from '../guard/server-change.ts';
import type { Journals } from '../journal/journals.ts';
import type { DocumentState, LiveDocuments } from '../live/live-documents.ts';
import type { Membership } from '../membership/membership.ts';
import type { ConversationSegments } from '../segments/conversation-segments.ts';
import { applyHeadChanges, headChanges } from './head-changes.ts';

export interface HeadKeeper {
  /** Brings the head up to date from what is cached, if it is loaded. */
  refresh(conversation: ConversationId): void;
  /** Used at load, before the document can be found. Does nothing to documents that are no heads. */
  bringUpToDate(state: DocumentState): void;
}

interface HeadKeeperDeps {
  readonly live: LiveDocuments;
  readonly membership: Membership;
  readonly segments: ConversationSegments;
  readonly journals: Journals;
  readonly onStored: (state: DocumentState) => void;
}

/** Tells the engine that the change is the server's, and that it need not schedule a store for it. */
const ORIGIN = { source: 'local', skipStoreHooks: true } as const;

export const createHeadKeeper = (deps: HeadKeeperDeps): HeadKeeper => {
  const { live, membership, segments, journals } = deps;

  const bringUpToDate = (state: DocumentState): void => {
    if (state.name.type !== 'head' || state.isAbandoned) return;
    const { conversation } = state.name;
    const record = membership.peek(conversation);
    if (record === null) return;
    const { document: doc, clientIds } = state;
    const changes = headChanges(doc, { record, segments: segments.peek(conversation) });
    if (changes.length === 0) return;
    const change = (): void => applyHeadChanges(doc, changes);
    const { update, newBindings } = applyServerChange({ doc, clientIds, origin: ORIGIN, change });
    const onStored = (): void => deps.onStored(state);
    journals.get(state.journal).append({ document: doc.name, update, events: [], bindings: newBindings, onStored });
  };

  return {
    bringUpToDate,
    refresh: (conversation) => {
      const state = live.find(headName(conversation));
      if (state !== null) bringUpToDate(state);
    },
  };
};
