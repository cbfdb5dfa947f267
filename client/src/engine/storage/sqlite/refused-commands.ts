/** Refused commands: one row each, the command as JSON. */
import type { Command, LocalStore, RefusedCommand } from '../local-store.ts';
import type { ProfileDatabase, SqlRow } from './profile-database.ts';
import { fromJson, toJson } from './rows.ts';

type RefusedPart = 'refuseCommand' | 'refusedCommands' | 'dismissRefusedCommand';

export const sqliteRefusedCommands = (db: ProfileDatabase, changed: () => void): Pick<LocalStore, RefusedPart> => ({
  refuseCommand: async ({ position, conversation, command, code, at }) => {
    db.transaction(() => {
      const waits = db.get('SELECT 1 FROM outbox WHERE position = ? AND command IS NOT NULL', position);
      if (waits === undefined) return;
      db.run('DELETE FROM outbox WHERE position = ?', position);
      const values = [position, conversation, toJson(command), code, at];
      db.run('INSERT OR REPLACE INTO refused_command VALUES (?, ?, ?, ?, ?)', ...values);
    });
    changed();
  },
  refusedCommands: async () => db.all('SELECT * FROM refused_command ORDER BY position').map(refusedCommand),
  dismissRefusedCommand: async (position) => {
    db.run('DELETE FROM refused_command WHERE position = ?', position);
    changed();
  },
});

const refusedCommand = (row: SqlRow): RefusedCommand =>
  ({
    position: row['position'],
    conversation: row['conversation'],
    command: fromJson<Command>(row['command']),
    code: row['code'],
    at: row['at'],
  }) as RefusedCommand;
