/** ADAPTER. The store in memory: the double of the real ones in tests, and a server that forgets. */
import type { SigningKey } from '../tokens/signing-key.ts';
import type { AccountStore, KeyStore } from './account-store.ts';
import { createMemoryConversations } from './memory/memory-conversations.ts';
import { createMemoryIdentities, emptyIdentities } from './memory/memory-identities.ts';

export const createMemoryAccountStore = (): AccountStore => {
  const identities = emptyIdentities();
  return {
    ...createMemoryIdentities(identities),
    ...createMemoryConversations(identities),
    ...createMemoryKeys(),
    close: async () => {},
  };
};

const createMemoryKeys = (): KeyStore => {
  const keyByKid = new Map<string, SigningKey>();
  const secretByName = new Map<string, Uint8Array>();
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
