/** All that a store in memory holds, out and in. */
import { unreachable } from '@kith/schema/result';
import type { SigningKey } from '../../tokens/signing-key.ts';
import type { AccountCopying, AccountRecord } from '../account-store.ts';
import { assertCounts } from '../assert-counts.ts';
import type { MemoryConversations } from './memory-conversations.ts';
import type { MemoryIdentities } from './memory-identities.ts';

export interface MemoryTables {
  readonly identities: MemoryIdentities;
  readonly conversations: MemoryConversations;
  readonly keyByKid: Map<string, SigningKey>;
  readonly secretByName: Map<string, Uint8Array>;
}

export const createMemoryCopying = (tables: MemoryTables): AccountCopying => {
  const { identities, conversations } = tables;
  return {
    accountIds: async () => [...identities.accounts.keys()].sort(),
    conversationIds: async () => [...conversations.conversations.keys()].sort(),
    passkeysOf: async (account) =>
      [...identities.passkeys.values()]
        .filter((passkey) => passkey.account === account)
        .sort((a, b) => (a.id < b.id ? -1 : 1)),
    secrets: async () =>
      [...tables.secretByName].map(([name, value]) => ({ name, value })).sort((a, b) => (a.name < b.name ? -1 : 1)),
    restore: async (records) => {
      for (const record of records) restoreOne(tables, record);
    },
  };
};

const restoreOne = (tables: MemoryTables, record: AccountRecord): void => {
  const { identities, conversations } = tables;
  switch (record.type) {
    case 'epoch': {
      const { conversation } = record.epoch;
      conversations.epochs.set(conversation, [...(conversations.epochs.get(conversation) ?? []), record.epoch]);
      return;
    }
    case 'conversation':
      conversations.conversations.set(record.conversation.id, record.conversation);
      return;
    case 'invite':
      conversations.invites.set(record.invite.id, record.invite);
      return;
    case 'account': {
      const { account, passwordHash, passkeys } = record;
      identities.accounts.set(account.id, account);
      if (passwordHash !== null) identities.passwordHashes.set(account.id, passwordHash);
      for (const passkey of passkeys) identities.passkeys.set(passkey.id, passkey);
      return;
    }
    case 'device':
      identities.devices.set(record.device.id, record.device);
      if (record.session !== null) identities.sessions.set(record.session.id, record.session);
      return;
    case 'signing-key':
      tables.keyByKid.set(record.key.kid, record.key);
      return;
    case 'secret':
      tables.secretByName.set(record.name, record.value);
      return;
    case 'accounts':
      assertCounts(record, {
        accounts: identities.accounts.size,
        conversations: conversations.conversations.size,
      });
      return;
    default:
      unreachable(record);
  }
};
