import type { LocalStore } from './local-store.ts';
import { createMemoryProfile, type MemoryProfile } from './memory/memory-profile.ts';
import { createMemoryLocalStore } from './memory-local-store.ts';
import { describeLocalStore } from './test/local-store-suite.ts';

const profileOf = new WeakMap<LocalStore, MemoryProfile>();

const open = (profile: MemoryProfile): LocalStore => {
  const store = createMemoryLocalStore(profile);
  profileOf.set(store, profile);
  return store;
};

describeLocalStore('memory', {
  create: async () => open(createMemoryProfile()),
  reopen: async (store) => {
    await store.close();
    return open(profileOf.get(store) ?? createMemoryProfile());
  },
  sibling: async (store) => open(profileOf.get(store) ?? createMemoryProfile()),
});
