/** Replicas in memory. */
import * as Y from 'yjs';
import type { LocalStore } from '../local-store.ts';
import type { MemoryProfile } from './memory-profile.ts';

export const memoryReplicas = (profile: MemoryProfile): Pick<LocalStore, 'openReplica' | 'deleteReplica'> => ({
  openReplica: async (name, doc) => {
    for (const update of profile.replicas.get(name) ?? []) Y.applyUpdate(doc, update, 'replica');
    const persist = (update: Uint8Array): void => {
      profile.replicas.set(name, [...(profile.replicas.get(name) ?? []), update]);
    };
    doc.on('update', persist);
    return {
      flushed: async () => undefined,
      close: async () => doc.off('update', persist),
    };
  },
  deleteReplica: async (name) => {
    profile.replicas.delete(name);
  },
});
