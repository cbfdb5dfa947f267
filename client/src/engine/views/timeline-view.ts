/** The newest messages of a conversation, as shown. */
import { foldReceipts, type ReceiptState, tickOf } from '@kith/schema/fold/receipts';
import type { AccountId, ConversationId } from '@kith/schema/ids';
import { segmentsElsewhere } from '../history/segments-here.ts';
import type { LocalStore, MemberRow, MessageRow } from '../storage/local-store.ts';
import type { TimelineItem, TimelineView } from '../views.ts';
import { authorOf, isOwn } from './authors.ts';

const NOTHING: TimelineView = { items: [], moreHere: false, moreElsewhere: false, firstUnread: null };

/** Cost: one range read of `limit` rows and three small reads, whatever the length of the history. */
export const timelineView = async (store: LocalStore, id: ConversationId, limit: number): Promise<TimelineView> => {
  const [session, row] = await Promise.all([store.session(), store.conversation(id)]);
  if (session === null || row === null) return NOTHING;
  const self = session.account;
  const [rows, members, receipts, unread] = await Promise.all([
    store.timeline(id, null, limit + 1),
    store.members(id),
    store.receipts(id),
    store.firstUnread(id, row.readArrival, self),
  ]);
  const others = members.flatMap(({ account }) => (account === self ? [] : [account]));
  const shape = { self, members, others, receipts: foldReceipts(receipts) };
  return {
    items: rows
      .slice(0, limit)
      .reverse()
      .map((message) => timelineItem(message, shape)),
    moreHere: rows.length > limit,
    moreElsewhere: segmentsElsewhere(row).length > 0,
    firstUnread: unread?.eventId ?? null,
  };
};

const timelineItem = (
  row: MessageRow,
  shape: {
    readonly self: AccountId;
    readonly members: readonly MemberRow[];
    readonly others: readonly AccountId[];
    readonly receipts: ReceiptState;
  },
): TimelineItem => {
  const own = isOwn(row, shape.self);
  return {
    message: row.message,
    author: authorOf(shape.members, row),
    own,
    tick: own ? tickOf(row.arrival, shape.others, shape.receipts) : null,
    refused: row.refused,
    arrival: row.arrival,
  };
};
