/** What stands behind a tick: receipts that reach the message. [TICK-1] */
import type { ConversationId, EventId } from '@kith/schema/ids';
import type { LocalStore } from '../storage/local-store.ts';
import type { MessageEvidence } from '../views.ts';
import { nameOf } from './authors.ts';

export const messageEvidence = async (
  store: LocalStore,
  id: ConversationId,
  eventId: EventId,
): Promise<MessageEvidence> => {
  const [session, row, members, receipts] = await Promise.all([
    store.session(),
    store.message(eventId),
    store.members(id),
    store.receipts(id),
  ]);
  const arrival = row?.arrival ?? null;
  const reaching = receipts.filter(
    (receipt) => arrival !== null && receipt.arrival >= arrival && receipt.account !== session?.account,
  );
  return {
    delivered: reaching.flatMap(({ account, device, at }) =>
      device === undefined
        ? []
        : [{ account, name: nameOf(members, account), device, deviceName: deviceName(members, device), at }],
    ),
    read: reaching.flatMap(({ account, device, at }) =>
      device === undefined ? [{ account, name: nameOf(members, account), at }] : [],
    ),
  };
};

const deviceName = (members: Awaited<ReturnType<LocalStore['members']>>, id: string): string =>
  members.flatMap(({ devices }) => devices).find(({ device }) => device === id)?.name ?? '';
