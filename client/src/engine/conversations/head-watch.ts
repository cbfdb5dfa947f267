/** What a head says of the segments, into the conversation's row, for views and for the next start offline. */
import { readHead, type SegmentEntry } from '@kith/schema/documents/head';
import type { ConversationId } from '@kith/schema/ids';
import type { Replica } from '../replica/replica.ts';
import type { LocalStore } from '../storage/local-store.ts';

/** `changed` is told after the row has the new segments, `failed` when the device cannot take them. Returns a stop. */
export const watchHead = (
  store: LocalStore,
  conversation: ConversationId,
  replica: Replica,
  { changed, failed }: { readonly changed: () => void; readonly failed: (error: unknown) => void },
): (() => void) => {
  let isScheduled = false;
  const take = async (): Promise<void> => {
    isScheduled = false;
    await takeHead(store, conversation, replica);
    changed();
  };
  const schedule = (): void => {
    if (isScheduled || !replica.isReady) return;
    isScheduled = true;
    queueMicrotask(() => void take().catch(failed));
  };
  const stops = [replica.onReady(schedule), replica.onChange(schedule)];
  if (replica.isReady) schedule();
  return () => {
    for (const stop of stops) stop();
  };
};

/** The row after it has what the head says now. */
export const takeHead = async (store: LocalStore, conversation: ConversationId, replica: Replica): Promise<void> => {
  const { segments } = readHead(replica.doc);
  const row = await store.conversation(conversation);
  if (row === null || segments.length === 0 || isSame(row.segments, segments)) return;
  await store.updateConversation(conversation, (now) => ({ ...now, segments }));
};

const isSame = (a: readonly SegmentEntry[], b: readonly SegmentEntry[]): boolean =>
  JSON.stringify(a) === JSON.stringify(b);
