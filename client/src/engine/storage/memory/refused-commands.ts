/** Refused commands in memory. */
import type { LocalStore } from '../local-store.ts';
import type { MemoryProfile } from './memory-profile.ts';

type RefusedPart = 'refuseCommand' | 'refusedCommands' | 'dismissRefusedCommand';

export const memoryRefusedCommands = (profile: MemoryProfile): Pick<LocalStore, RefusedPart> => ({
  refuseCommand: async (refused) => {
    if (profile.outbox.get(refused.position)?.type !== 'command') return;
    profile.outbox.delete(refused.position);
    profile.refusedCommands.set(refused.position, refused);
    profile.emitter.changed();
  },
  refusedCommands: async () => [...profile.refusedCommands.values()].sort((a, b) => a.position - b.position),
  dismissRefusedCommand: async (position) => {
    profile.refusedCommands.delete(position);
    profile.emitter.changed();
  },
});
