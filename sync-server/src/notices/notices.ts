/**
 * Tells the connected devices of all members what arrived, after it is durable: once a turn, the event itself when it
 * is small, never to the device that wrote it. [NTC-1] [NTC-2] [NTC-3]
 */
import { bytesToBase64Url } from '@kith/schema/base64url';
import type { ConversationId, DeviceId } from '@kith/schema/ids';
import { LIMITS } from '@kith/schema/limits';
import type { NoticeJson, ServerMessageJson } from '@kith/schema/sync-message';
import type { Channels } from '../channels/channels.ts';
import { createTurnBatch } from '../channels/turn-batch.ts';
import type { Log } from '../log.ts';
import type { Membership } from '../membership/membership.ts';
import type { JournalRow } from '../storage/document-store.ts';

const NOTICES_PER_MESSAGE = 64;

export interface Notices {
  /** `bytes`: the row's events, in order. For a bulk import only the last is told, without its bytes. */
  add(conversation: ConversationId, row: JournalRow, bytes: readonly Uint8Array[], isImport: boolean): void;
  /** Tells the devices that are connected here. */
  pass(conversation: ConversationId, notices: readonly NoticeJson[]): Promise<void>;
}

interface NoticesDeps {
  readonly channels: Channels;
  readonly membership: Membership;
  /** Tells other processes. */
  readonly tell: (news: { type: 'notices'; conversation: ConversationId; notices: readonly NoticeJson[] }) => void;
  readonly log: Log;
}

interface Arrived {
  readonly row: JournalRow;
  readonly bytes: readonly Uint8Array[];
  readonly isImport: boolean;
}

export const createNotices = ({ channels, membership, tell, log }: NoticesDeps): Notices => {
  const pass: Notices['pass'] = async (conversation, notices) => {
    const record = membership.peek(conversation) ?? (await membership.get(conversation));
    const listeners = [...(record?.roleByAccount.keys() ?? [])].flatMap((account) =>
      channels.devicesOf(account).map((device) => ({ account, device })),
    );
    if (listeners.length === 0) return;
    const writers = new Set<string>(notices.map(({ device }) => device));
    const forOthers = toTexts(notices);
    for (const { account, device } of listeners) {
      channels.send(account, device, writers.has(device) ? toTexts(exceptFrom(notices, device)) : forOthers);
    }
  };

  const batch = createTurnBatch<ConversationId, Arrived>((arrivedByConversation) => {
    for (const [conversation, arrived] of arrivedByConversation) {
      const notices = arrived.flatMap((one) => noticesOf(conversation, one));
      tell({ type: 'notices', conversation, notices });
      // a device that misses a notice asks for arrivals when it next compares, so a failure costs time only
      pass(conversation, notices).catch((cause) => log.warn('notices were not sent', { conversation, cause }));
    }
  });

  return {
    pass,
    add: (conversation, row, bytes, isImport) => batch.add(conversation, [{ row, bytes, isImport }]),
  };
};

const noticesOf = (conversation: ConversationId, { row, bytes, isImport }: Arrived): NoticeJson[] => {
  const { arrival, receivedAt } = row;
  const notices = row.events.map(({ eventId, segment, account, device }, i): NoticeJson => {
    const event = bytes[i];
    const isSmall = event !== undefined && event.length <= LIMITS.noticeEventBytes && !isImport;
    const notice = { conversation, arrival: arrival + i, segment, eventId, account, device, receivedAt };
    return isSmall ? { ...notice, event: bytesToBase64Url(event) } : notice;
  });
  return isImport ? notices.slice(-1) : notices;
};

const exceptFrom = (notices: readonly NoticeJson[], device: DeviceId): NoticeJson[] =>
  notices.filter((notice) => notice.device !== device);

const toTexts = (notices: readonly NoticeJson[]): string[] =>
  Array.from({ length: Math.ceil(notices.length / NOTICES_PER_MESSAGE) }, (_, i) => {
    const some = notices.slice(i * NOTICES_PER_MESSAGE, (i + 1) * NOTICES_PER_MESSAGE);
    return JSON.stringify({ type: 'notices', notices: some } satisfies ServerMessageJson);
  });
