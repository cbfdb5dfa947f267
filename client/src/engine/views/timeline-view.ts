/** Messages of a conversation, as shown: rows, and what is known around them. */
import { foldReceipts, type ReceiptState, tickOf } from '@kith/schema/fold/receipts';
import type { AccountId, ConversationId, EventId } from '@kith/schema/ids';
import { segmentsElsewhere } from '../history/segments-here.ts';
import type { LocalStore, MemberRow, MessageRow } from '../storage/local-store.ts';
import type { TimelineItem, TimelineView } from '../views.ts';
import { authorOf, isOwn } from './authors.ts';

/** What the look of every row depends on. */
export interface TimelineContext {
  readonly self: AccountId;
  readonly members: readonly MemberRow[];
  readonly others: readonly AccountId[];
  readonly receipts: ReceiptState;
  readonly moreElsewhere: boolean;
  readonly firstUnread: EventId | null;
}

export const NO_TIMELINE: TimelineView = { items: [], moreHere: false, moreElsewhere: false, firstUnread: null };

/** Cost: one range read of `limit` rows and a few small reads, whatever the length of the history. */
export const timelineView = async (store: LocalStore, id: ConversationId, limit: number): Promise<TimelineView> => {
  const [context, rows] = await Promise.all([timelineContext(store, id), store.timeline(id, null, limit + 1)]);
  if (context === null) return NO_TIMELINE;
  const { moreElsewhere, firstUnread } = context;
  const items = timelineItems(rows.slice(0, limit).reverse(), context);
  return { items, moreHere: rows.length > limit, moreElsewhere, firstUnread };
};

/** Null where nobody is signed in, or the conversation is not on this device. */
export const timelineContext = async (store: LocalStore, id: ConversationId): Promise<TimelineContext | null> => {
  const [session, row, members, receipts] = await Promise.all([
    store.session(),
    store.conversation(id),
    store.members(id),
    store.receipts(id),
  ]);
  if (session === null || row === null) return null;
  const self = session.account;
  const unread = await store.firstUnread(id, row.readArrival, self);
  return {
    self,
    members,
    others: members.flatMap(({ account }) => (account === self ? [] : [account])),
    receipts: foldReceipts(receipts),
    moreElsewhere: segmentsElsewhere(row).length > 0,
    firstUnread: unread?.eventId ?? null,
  };
};

export const timelineItems = (rows: readonly MessageRow[], context: TimelineContext): TimelineItem[] =>
  rows.map((row) => {
    const own = isOwn(row, context.self);
    return {
      message: row.message,
      author: authorOf(context.members, row),
      own,
      tick: own ? tickOf(row.arrival, context.others, context.receipts) : null,
      refused: row.refused,
      arrival: row.arrival,
    };
  });
