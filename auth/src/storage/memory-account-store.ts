/** ADAPTER. The store in memory: the double of the real ones in tests, and a server that forgets. */
import type { AccountStore, KeyStore } from './account-store.ts';
import { createMemoryConversations, emptyConversations } from './memory/memory-conversations.ts';
import { createMemoryCopying, type MemoryTables } from './memory/memory-copying.ts';
import { createMemoryIdentities, emptyIdentities } from './memory/memory-identities.ts';

export const createMemoryAccountStore = (): AccountStore => {
  const identities = emptyIdentities();
  const conversations = emptyConversations();
  const tables: MemoryTables = { identities, conversations, keyByKid: new Map(), secretByName: new Map() };
  return {
    ...createMemoryIdentities(identities),
    ...createMemoryConversations(identities, conversations),
    ...createMemoryKeys(tables),
    ...createMemoryCopying(tables),
    close: async () => {},
  };
};

const createMemoryKeys = ({ keyByKid, secretByName }: MemoryTables): KeyStore => {
  return {
    signingKeys: async () => [...keyByKid.values()].sort((a, b) => b.createdAt - a.createdAt),
    addSigningKey: async (key) => {
      keyByKid.set(key.kid, key);
    },
    removeSigningKey: async (kid) => {
      keyByKid.delete(kid);
    },
    secret: async (name, candidate) => {
      const secret = secretByName.get(name) ?? candidate;
      secretByName.set(name, secret);
      return secret;
    },
  };
};
