/**
 * The state as a cold start at a conversation will find it: what is read ahead (`read-ahead.ts`), and nothing that only
 * this visit knows. Its atoms hold their values by themselves. [PWA-6]
 */
import { type Atom, atom, type createStore } from 'jotai';
import { PAGE } from '../engine/views/timeline-page.ts';
import type { TimelineView } from '../engine/views.ts';
import type { KithState } from './kith-state.ts';
import type { Place } from './paths.ts';

export interface StillState {
  readonly kith: KithState;
  /** What it was made of: a state made of the same looks the same. */
  readonly of: readonly unknown[];
}

/** Undefined while something is not read yet; null where the next start will show something else than is known now. */
export const stillState = (
  store: ReturnType<typeof createStore>,
  kith: KithState,
  place: Place,
): StillState | null | undefined => {
  if (place.type !== 'conversation' || place.members) return null;
  const session = store.get(kith.sessionAtom);
  const conversations = store.get(kith.conversationsAtom);
  const conversation = store.get(kith.conversation(place.id));
  const view = store.get(kith.timeline(place.id).viewAtom);
  if (session === null || conversation === null) return null;
  if (session === undefined || conversations === undefined || conversation === undefined || view === undefined)
    return undefined;
  // The next start opens at what is unread, which may be something else by then.
  if (conversation.unread > 0 || view.items.length === 0) return null;
  const timeline = { viewAtom: atom(newestPage(view)), showOlder: () => undefined };
  return {
    kith: {
      ...kith,
      sessionAtom: atom(session),
      statusAtom: unknownAtom,
      unsentAtom: unknownAtom,
      refusalsAtom: unknownAtom,
      conversationsAtom: atom(conversations),
      unreadCountAtom: atom(0),
      conversation: () => atom(conversation),
      members: () => unknownAtom,
      presence: () => unknownAtom,
      timeline: () => timeline,
      evidence: () => unknownAtom,
    },
    of: [session, conversations, conversation, view],
  };
};

const unknownAtom: Atom<undefined> = atom(undefined);

/** However far back somebody has looked, and whatever was new then. */
const newestPage = ({ items, moreHere, moreElsewhere }: TimelineView): TimelineView => ({
  items: items.slice(-PAGE),
  moreHere: moreHere || items.length > PAGE,
  moreElsewhere,
  firstUnread: null,
});
