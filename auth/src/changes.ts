/** Tells listeners in this process what was committed. Nothing depends on their success: lost news are healed by polls. */
import type { ConversationDirectory, ConversationRecord } from '@kith/schema/conversation-directory';
import type { AccountId, DeviceId } from '@kith/schema/ids';
import type { Log } from './log.ts';

export interface Changes extends Pick<ConversationDirectory, 'onConversationChanged' | 'onDeviceEnded'> {
  conversationChanged(record: ConversationRecord, removed: readonly AccountId[]): void;
  deviceEnded(account: AccountId, device: DeviceId): void;
}

export const createChanges = (log: Log): Changes => {
  const conversation = createListeners<[ConversationRecord, readonly AccountId[]]>(log);
  const device = createListeners<[AccountId, DeviceId]>(log);
  return {
    onConversationChanged: conversation.add,
    onDeviceEnded: device.add,
    conversationChanged: conversation.call,
    deviceEnded: device.call,
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
