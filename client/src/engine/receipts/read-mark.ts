/** The mark of what a person has read, where it moves without them looking: over their own words, and at joining. [ENG-15] */
import { IndexResponse } from '@kith/schema/api/history';
import type { AccountId, ConversationId } from '@kith/schema/ids';
import type { ApiClient } from '../session/api-client.ts';
import { type LocalStore, UNREAD_WINDOW } from '../storage/local-store.ts';

/** Moves it up to the first message of somebody else, as far as everything is on this device. */
export const readOwn = async (store: LocalStore, self: AccountId, conversation: ConversationId): Promise<void> => {
  const row = await store.conversation(conversation);
  if (row === null || row.position <= row.readArrival) return;
  const next = await store.firstUnread(conversation, row.readArrival, self);
  // With nothing unread in the window, there may be beyond it.
  const free = next?.arrival == null ? row.readArrival + UNREAD_WINDOW : next.arrival - 1;
  await raise(store, conversation, Math.min(free, row.position));
};

/** Somebody who has just joined begins with everything before as read. @throws EngineError */
export const readBeforeJoining = async (
  { api, store }: { readonly api: ApiClient; readonly store: LocalStore },
  conversation: ConversationId,
): Promise<void> => {
  const { conversations } = await api.call({ method: 'GET', path: '/api/index', answer: IndexResponse });
  const entry = conversations.find((candidate) => candidate.conversation === conversation);
  if (entry !== undefined) await raise(store, conversation, entry.lastArrival);
};

const raise = async (store: LocalStore, conversation: ConversationId, arrival: number): Promise<void> => {
  const row = await store.conversation(conversation);
  if (row === null || row.readArrival >= arrival) return;
  await store.updateConversation(conversation, (now) => ({ ...now, readArrival: Math.max(now.readArrival, arrival) }));
};
