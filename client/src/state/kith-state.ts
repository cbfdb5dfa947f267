/**
 * Everything that screens read, as atoms made once from the engine and its views, and passed down by context. What is
 * stored comes from views alone: it is there before the worker is.
 */

import type { AccountId, ConversationId, EventId } from '@kith/schema/ids';
import { type Atom, atom } from 'jotai';
import type { Engine, EngineStatus, Presence, SessionInfo } from '../engine/engine-api.ts';
import type {
  ConversationView,
  MemberView,
  MessageEvidence,
  RefusalView,
  TimelineView,
  Views,
} from '../engine/views.ts';
import { createRecentFamily } from './recent-family.ts';
import type { Unsaved } from './unsaved.ts';
import { awaitSubscription, freshAtom, subscribeAtom, watchAtom } from './watch-atom.ts';

/** How many conversations' state is kept for coming back to. */
const RECENT = 24;

export interface TimelineState {
  /** Not kept for coming back: where one opens it and what is new there depend on the present state. */
  readonly viewAtom: Atom<TimelineView | undefined>;
  readonly showOlder: () => void;
}

/** In every atom undefined means "not read yet". */
export interface KithState {
  readonly engine: Engine;
  readonly unsaved: Unsaved;
  readonly sessionAtom: Atom<SessionInfo | null | undefined>;
  readonly statusAtom: Atom<EngineStatus | undefined>;
  readonly unsentAtom: Atom<{ readonly pending: number; readonly refused: number } | undefined>;
  readonly refusalsAtom: Atom<readonly RefusalView[] | undefined>;
  readonly conversationsAtom: Atom<readonly ConversationView[] | undefined>;
  readonly unreadCountAtom: Atom<number>;
  readonly conversation: (id: ConversationId) => Atom<ConversationView | null | undefined>;
  readonly members: (id: ConversationId) => Atom<readonly MemberView[] | undefined>;
  readonly presence: (id: ConversationId) => Atom<Presence | undefined>;
  readonly timeline: (id: ConversationId) => TimelineState;
  readonly evidence: (id: ConversationId, eventId: EventId) => Atom<MessageEvidence | undefined>;
}

export const createKithState = ({
  engine,
  views,
  unsaved,
}: Pick<KithState, 'engine' | 'unsaved'> & { readonly views: Views }): KithState => {
  const conversationsAtom = watchAtom(views.conversations());
  const evidence = createRecentFamily((key: `${ConversationId}/${EventId}`) => {
    const [conversation, eventId] = key.split('/') as [ConversationId, EventId];
    return watchAtom(views.evidence(conversation, eventId));
  }, RECENT);
  return {
    engine,
    unsaved,
    sessionAtom: watchAtom(views.session()),
    statusAtom: subscribeAtom(awaitSubscription((listener) => engine.onStatus(listener))),
    unsentAtom: watchAtom(views.unsent()),
    refusalsAtom: watchAtom(views.refusals()),
    conversationsAtom,
    unreadCountAtom: atom((get) => (get(conversationsAtom) ?? []).reduce((sum, { unread }) => sum + unread, 0)),
    conversation: createRecentFamily((id) => {
      // The list is read anyway; one that was made a moment ago may not be in it yet.
      const ownAtom = watchAtom(views.conversation(id));
      return atom((get) => {
        const listed = get(conversationsAtom);
        return listed === undefined ? undefined : (listed.find((row) => row.id === id) ?? get(ownAtom));
      });
    }, RECENT),
    members: createRecentFamily((id) => watchAtom(views.members(id)), RECENT),
    presence: createRecentFamily(
      (id) => subscribeAtom(awaitSubscription((listener) => engine.onPresence(id, listener))),
      RECENT,
    ),
    timeline: createRecentFamily((id) => {
      const { subscribe, showOlder } = views.openTimeline(id);
      return { viewAtom: freshAtom(subscribe), showOlder };
    }, RECENT),
    evidence: (id, eventId) => evidence(`${id}/${eventId}`),
  };
};

/** Who of the members is meant, by the name that members go by here; those unknown to this device are left out. */
export const namesOf = (accounts: readonly AccountId[], members: readonly MemberView[]): string[] =>
  accounts.flatMap((account) => members.find((member) => member.account === account)?.name ?? []);
