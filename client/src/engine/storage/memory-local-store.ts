/** ADAPTER of `LocalStore` in memory, for tests. Stores on one `MemoryProfile` are tabs of one browser. [LOC-1] */
import { HLC_ZERO } from '@kith/schema/hlc';
import type { LocalStore } from './local-store.ts';
import { createMemoryProfile, type MemoryProfile } from './memory/memory-profile.ts';
import { memoryMessages } from './memory/messages.ts';
import { memoryOutbox } from './memory/outbox.ts';
import { memoryRefusedCommands } from './memory/refused-commands.ts';
import { memoryReplicas } from './memory/replicas.ts';

export const createMemoryLocalStore = (profile: MemoryProfile = createMemoryProfile()): LocalStore => {
  const stops = new Set<() => void>();
  return {
    ...memorySession(profile),
    ...memoryConversations(profile),
    ...memoryOutbox(profile),
    ...memoryRefusedCommands(profile),
    ...memoryMessages(profile),
    ...memoryReplicas(profile),
    wipe: async () => wipe(profile),
    watch: (read, listener) => {
      const stop = profile.emitter.watch(read, listener);
      stops.add(stop);
      return () => {
        stops.delete(stop);
        stop();
      };
    },
    close: async () => {
      for (const stop of stops) stop();
      stops.clear();
    },
  };
};

const wipe = (profile: MemoryProfile): void => {
  profile.session = null;
  profile.keys = null;
  profile.clock = HLC_ZERO;
  for (const table of Object.values(profile)) if (table instanceof Map) table.clear();
  profile.emitter.changed();
};

const memorySession = (
  profile: MemoryProfile,
): Pick<LocalStore, 'session' | 'saveSession' | 'deviceKeys' | 'saveDeviceKeys' | 'clock'> => ({
  session: async () => profile.session,
  saveSession: async (session) => {
    profile.session = session;
    profile.emitter.changed();
  },
  deviceKeys: async () => profile.keys,
  saveDeviceKeys: async (keys) => {
    profile.keys = keys;
    profile.emitter.changed();
  },
  clock: async () => profile.clock,
});

const memoryConversations = (
  profile: MemoryProfile,
): Pick<
  LocalStore,
  | 'conversations'
  | 'conversation'
  | 'saveConversation'
  | 'updateConversation'
  | 'members'
  | 'replaceMembers'
  | 'saveReceipts'
  | 'receipts'
  | 'forgetReceipts'
> => ({
  conversations: async () => [...profile.conversations.values()],
  conversation: async (id) => profile.conversations.get(id) ?? null,
  saveConversation: async (row) => {
    profile.conversations.set(row.id, row);
    profile.emitter.changed();
  },
  updateConversation: async (id, change) => {
    const row = profile.conversations.get(id);
    if (row === undefined) return;
    profile.conversations.set(id, change(row));
    profile.emitter.changed();
  },
  members: async (conversation) => profile.members.get(conversation) ?? [],
  replaceMembers: async (conversation, members) => {
    profile.members.set(conversation, members);
    profile.emitter.changed();
  },
  saveReceipts: async (receipts) => {
    for (const receipt of receipts) {
      const key = `${receipt.conversation}/${receipt.account}/${receipt.device ?? ''}`;
      const kept = profile.receipts.get(key);
      if (kept === undefined || kept.arrival < receipt.arrival) profile.receipts.set(key, receipt);
    }
    profile.emitter.changed();
  },
  receipts: async (conversation) =>
    [...profile.receipts.values()].filter((receipt) => receipt.conversation === conversation),
  forgetReceipts: async (conversation) => {
    for (const [key, receipt] of profile.receipts)
      if (receipt.conversation === conversation) profile.receipts.delete(key);
    profile.emitter.changed();
  },
});
