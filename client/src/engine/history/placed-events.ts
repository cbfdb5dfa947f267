/** What this device has of a conversation's journal: every event, whose it is, and where it stood on the server. */
import type { AccountId, ConversationId, DeviceId, EventId } from '@kith/schema/ids';
import { LIMITS } from '@kith/schema/limits';
import type { ChangeRow, LocalStore, MessageRow, TimelineCursor } from '../storage/local-store.ts';

export interface PlacedEvent {
  readonly eventId: EventId;
  readonly account: AccountId;
  readonly device: DeviceId;
  /** Null: others' that the server lost before, or of which nobody has said yet when they arrived. */
  readonly arrival: number | null;
  /**
   * own: this device's, which it writes again. others: in whole, as their author signed them. imported: whoever has the
   * source imports it again, into segments of its own.
   */
  readonly kind: 'own' | 'others' | 'imported';
  /** Null for a message. */
  readonly change: ChangeRow | null;
}

/** Those without arrival first, then the last arrival down. What waits in the outbox was never placed. */
export const placedEvents = async (
  store: LocalStore,
  self: { readonly account: AccountId; readonly device: DeviceId },
  conversation: ConversationId,
): Promise<PlacedEvent[]> => {
  const placed: PlacedEvent[] = [];
  const add = (row: MessageRow | ChangeRow, change: ChangeRow | null, isImport: boolean): void => {
    const { eventId, account, device, arrival } = row;
    const isOwn = account === self.account && device === self.device;
    const kind = isImport ? 'imported' : isOwn ? 'own' : 'others';
    if (arrival !== null || kind === 'others') placed.push({ eventId, account, device, arrival, kind, change });
  };
  for (let before: TimelineCursor | null = null; ; ) {
    const rows: readonly MessageRow[] = await store.timeline(conversation, before, LIMITS.knownEventIds);
    for (const row of rows) add(row, null, isImported(row));
    const changes = await store.changesOf(rows.map(({ eventId }) => eventId));
    for (const row of changes) if (row.conversation === conversation) add(row, row, false);
    before = rows.at(-1) ?? null;
    if (rows.length < LIMITS.knownEventIds) return placed.sort((a, b) => lastOf(b) - lastOf(a));
  }
};

const lastOf = ({ arrival }: PlacedEvent): number => arrival ?? Number.MAX_SAFE_INTEGER;

const isImported = ({ message }: MessageRow): boolean => message.state === 'shown' && message.imported !== null;
