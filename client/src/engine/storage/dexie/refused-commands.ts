/** Refused commands on Dexie. */
import type { KithDatabase } from '../dexie-database.ts';
import type { LocalStore } from '../local-store.ts';

type RefusedPart = 'refuseCommand' | 'refusedCommands' | 'dismissRefusedCommand';

export const dexieRefusedCommands = (database: KithDatabase): Pick<LocalStore, RefusedPart> => {
  const { outbox, refusedCommands } = database;
  return {
    refuseCommand: (refused) =>
      database.transaction('rw', outbox, refusedCommands, async () => {
        if ((await outbox.get(refused.position))?.type !== 'command') return;
        await outbox.delete(refused.position);
        await refusedCommands.put(refused);
      }),
    refusedCommands: () => refusedCommands.orderBy(':id').toArray(),
    dismissRefusedCommand: (position) => refusedCommands.delete(position),
  };
};
