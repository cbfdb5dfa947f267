/** What the sync server asks auth about conversations and sessions, answered from the store in the same process. [MEM-1] */
import type { ConversationDirectory } from '@kith/schema/conversation-directory';
import type { Changes } from '../changes.ts';
import type { Sessions } from '../sessions/sessions.ts';
import type { ConversationStore, IdentityStore } from '../storage/account-store.ts';
import { toConversationRecord } from './conversation-record.ts';

export const createConversationDirectory = (deps: {
  readonly store: ConversationStore & Pick<IdentityStore, 'device'>;
  readonly sessions: Pick<Sessions, 'ofDevice'>;
  readonly changes: Changes;
}): ConversationDirectory => ({
  conversation: async (id) => {
    const conversation = await deps.store.conversation(id);
    return conversation === null ? null : toConversationRecord(conversation);
  },
  conversationsOf: (account) => deps.store.conversationIdsOf(account),
  versions: (ids) => deps.store.versions(ids),
  roleIn: async (id, number, account) => {
    const epoch = await deps.store.epoch(id, number);
    return epoch?.members.find((member) => member.account === account)?.role ?? null;
  },
  signKey: async (account, id) => {
    const device = await deps.store.device(id);
    return device?.account === account ? device.signKey : null;
  },
  session: async (device) => (await deps.sessions.ofDevice(device))?.id ?? null,
  onConversationChanged: deps.changes.onConversationChanged,
  onDeviceEnded: deps.changes.onDeviceEnded,
});
