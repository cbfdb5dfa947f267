/** One line of the list of conversations. */
import { foldReceipts, tickOf } from '@kith/schema/fold/receipts';
import { hlcToMs } from '@kith/schema/hlc';
import type { AccountId } from '@kith/schema/ids';
import { decodeOpaqueText } from '@kith/schema/opaque';
import type { Receipt } from '@kith/schema/sync-message';
import type { ConversationRow, LocalStore, MemberRow, MessageRow } from '../storage/local-store.ts';
import { type ConversationView, UNREAD_MAX } from '../views.ts';
import { authorOf, isOwn } from './authors.ts';

export const conversationView = async (
  store: LocalStore,
  self: AccountId,
  row: ConversationRow,
): Promise<ConversationView> => {
  const [unread, [newest], members, receipts] = await Promise.all([
    store.countUnread(row.id, row.readArrival, self, UNREAD_MAX),
    store.timeline(row.id, null, 1),
    store.members(row.id),
    store.receipts(row.id),
  ]);
  const last = newest === undefined ? null : lastLine(self, newest, members, receipts);
  return {
    id: row.id,
    kind: row.kind,
    title: decodeOpaqueText(row.title),
    role: row.role,
    memberCount: row.memberCount,
    state: row.state,
    unread,
    last,
    activeAt: Math.max(row.createdAt, last?.at ?? 0),
    draft: row.draft === '' ? null : row.draft,
  };
};

const lastLine = (
  self: AccountId,
  newest: MessageRow,
  members: readonly MemberRow[],
  receipts: readonly Receipt[],
): NonNullable<ConversationView['last']> => {
  const own = isOwn(newest, self);
  const others = members.flatMap(({ account }) => (account === self ? [] : [account]));
  return {
    author: authorOf(members, newest),
    own,
    text: newest.message.state === 'shown' ? newest.message.text : '',
    at: hlcToMs(newest.time),
    tick: own ? tickOf(newest.arrival, others, foldReceipts(receipts)) : null,
  };
};
