/** What arrived, told over the channel: into the tables at once, without opening a document. [ENG-8] */
import type { ConversationId } from '@kith/schema/ids';
import type { Notice } from '@kith/schema/sync-message';
import { isOfImport } from '../history/segments-here.ts';
import { isSameEvent, type Projector } from '../projection/projector.ts';
import type { Positions } from '../receipts/positions.ts';
import type { LocalStore } from '../storage/local-store.ts';

export interface TakeNoticesDeps {
  readonly store: LocalStore;
  readonly projector: Projector;
  readonly positions: Positions;
  /** Not all of it could be taken in from the notices. */
  readonly onMissing: (conversation: ConversationId) => void;
}

export const takeNotices = async (deps: TakeNoticesDeps, notices: readonly Notice[]): Promise<void> => {
  const byConversation = Map.groupBy(notices, ({ conversation }) => conversation);
  for (const [conversation, some] of byConversation) await takeOf(deps, conversation, some);
};

const takeOf = async (
  deps: TakeNoticesDeps,
  conversation: ConversationId,
  notices: readonly Notice[],
): Promise<void> => {
  const row = await deps.store.conversation(conversation);
  if (row === null) return deps.onMissing(conversation);
  const carried = notices.flatMap(({ event, segment, account, device, arrival }) =>
    event === undefined ? [] : [{ conversation, segment, account, device, bytes: event, arrival }],
  );
  await deps.projector.project(carried);
  const bare = notices.filter(({ event }) => event === undefined);
  const here = await deps.store.projected(bare.map(({ eventId }) => eventId));
  const known = bare.filter((notice) => isSameEvent(here.get(notice.eventId), notice));
  if (known.length > 0) await deps.store.setArrivals(conversation, known);
  const isSettled = (notice: Notice): boolean =>
    notice.event !== undefined || here.has(notice.eventId) || isOfImport(row.segments, notice);
  deps.positions.reached(
    conversation,
    notices.filter(isSettled).map(({ arrival }) => arrival),
  );
  if (!notices.every(isSettled)) deps.onMissing(conversation);
};
