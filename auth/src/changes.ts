/**
 * Tells listeners what was committed: those in this process, and over the bus those in others, which read what changed
 * from the store. Nothing depends on their success: lost news are healed by polls. [MEM-1] [CLU-5]
 */
import type { Bus } from '@kith/schema/bus';
import type { ConversationDirectory, ConversationRecord } from '@kith/schema/conversation-directory';
import {
  type AccountId,
  AccountIdSchema,
  type ConversationId,
  ConversationIdSchema,
  type DeviceId,
  DeviceIdSchema,
} from '@kith/schema/ids';
import * as v from 'valibot';
import type { Log } from './log.ts';

export interface Changes extends Pick<ConversationDirectory, 'onConversationChanged' | 'onDeviceEnded'> {
  conversationChanged(record: ConversationRecord, removed: readonly AccountId[]): void;
  deviceEnded(account: AccountId, device: DeviceId): void;
}

interface ChangesDeps {
  readonly bus: Bus;
  readonly log: Log;
  /** From the store. */
  readonly conversation: (id: ConversationId) => Promise<ConversationRecord | null>;
}

const NewsSchema = v.variant('type', [
  v.object({ type: v.literal('conversation'), id: ConversationIdSchema, removed: v.array(AccountIdSchema) }),
  v.object({ type: v.literal('device-ended'), account: AccountIdSchema, device: DeviceIdSchema }),
]);
type News = v.InferInput<typeof NewsSchema>;

export const createChanges = ({ bus, log, conversation }: ChangesDeps): Changes => {
  const conversations = createListeners<[ConversationRecord, readonly AccountId[]]>(log);
  const devices = createListeners<[AccountId, DeviceId]>(log);
  const tell = (news: News): void => bus.publish('auth', new TextEncoder().encode(JSON.stringify(news)));

  const follow = async (message: Uint8Array): Promise<void> => {
    const news = v.parse(NewsSchema, JSON.parse(new TextDecoder().decode(message)));
    if (news.type === 'device-ended') return devices.call(news.account, news.device);
    const record = await conversation(news.id);
    if (record !== null) conversations.call(record, news.removed);
  };
  bus.subscribe('auth', (message) => {
    follow(message).catch((error) => log.error('news of another process could not be followed', { error }));
  });

  return {
    onConversationChanged: conversations.add,
    onDeviceEnded: devices.add,
    conversationChanged: (record, removed) => {
      conversations.call(record, removed);
      tell({ type: 'conversation', id: record.id, removed: [...removed] });
    },
    deviceEnded: (account, device) => {
      devices.call(account, device);
      tell({ type: 'device-ended', account, device });
    },
  };
};

const createListeners = <Args extends readonly unknown[]>(log: Log) => {
  const listeners = new Set<{ readonly call: (...args: Args) => void }>();
  return {
    add: (call: (...args: Args) => void) => {
      const listener = { call };
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    call: (...args: Args) => {
      for (const listener of listeners) {
        try {
          listener.call(...args);
        } catch (error) {
          // the change is committed and the answer must say so; who listens polls versions as well
          log.error('a listener failed', { error });
        }
      }
    },
  };
};
