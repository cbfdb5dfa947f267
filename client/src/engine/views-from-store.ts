/** `Views` on a local store: pure reads, the same in a tab (Dexie) and under Node (SQLite). [VIEW-1] */
import type { ConversationId, EventId } from '@kith/schema/ids';
import { isAtLeast } from '@kith/schema/role';
import type { LocalStore } from './storage/local-store.ts';
import { conversationView } from './views/conversation-view.ts';
import { messageEvidence } from './views/message-evidence.ts';
import { openTimeline } from './views/open-timeline.ts';
import { refusalViews } from './views/refusals.ts';
import { timelineView } from './views/timeline-view.ts';
import type { ConversationView, MemberView, Views, Watch } from './views.ts';

export const createViews = (store: LocalStore): Views => {
  const watch = <T>(get: () => Promise<T>): Watch<T> => ({
    get,
    subscribe: (listener) => store.watch(get, listener),
  });
  return {
    session: () =>
      watch(async () => {
        const session = await store.session();
        if (session === null) return null;
        const { account, device, handle, name } = session;
        return { account, device, handle, name };
      }),
    conversations: () => watch(() => conversationViews(store)),
    conversation: (id) =>
      watch(async () => {
        const [session, row] = await Promise.all([store.session(), store.conversation(id)]);
        return session === null || row === null ? null : conversationView(store, session.account, row);
      }),
    timeline: (id: ConversationId, limit: number) => watch(() => timelineView(store, id, limit)),
    openTimeline: (id) => openTimeline(store, id),
    members: (id) => watch(() => memberViews(store, id)),
    evidence: (id: ConversationId, eventId: EventId) => watch(() => messageEvidence(store, id, eventId)),
    refusals: () => watch(() => refusalViews(store)),
    unsent: () => watch(() => store.outboxCount()),
  };
};

const conversationViews = async (store: LocalStore): Promise<readonly ConversationView[]> => {
  const [session, rows] = await Promise.all([store.session(), store.conversations()]);
  if (session === null) return [];
  const views = await Promise.all(rows.map((row) => conversationView(store, session.account, row)));
  return views.sort((a, b) => b.activeAt - a.activeAt || (a.id < b.id ? -1 : 1));
};

/** Strongest role first, then by name. */
const memberViews = async (store: LocalStore, id: ConversationId): Promise<readonly MemberView[]> => {
  const [session, members] = await Promise.all([store.session(), store.members(id)]);
  const views = members.map(({ account, handle, name, role }) => ({
    account,
    handle,
    name,
    role,
    self: account === session?.account,
  }));
  const strength = (a: MemberView, b: MemberView): number =>
    a.role === b.role ? 0 : isAtLeast(a.role, b.role) ? -1 : 1;
  return views.sort((a, b) => strength(a, b) || a.name.localeCompare(b.name));
};
