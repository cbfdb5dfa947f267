/** Numbers of journals and writers, given to those that have none. */
import type { DatabaseSync } from 'node:sqlite';
import type { JournalName } from '@kith/schema/doc-name';
import type { AccountId, DeviceId } from '@kith/schema/ids';
import { prepareJournalEnds, prepareWrites } from './sqlite-statements.ts';

export interface SqliteNames {
  journal(name: JournalName): number;
  writer(account: AccountId, device: DeviceId): number;
}

export const createSqliteNames = (db: DatabaseSync): SqliteNames => {
  const sql = prepareWrites(db);
  const ends = prepareJournalEnds(db);
  return {
    journal: (name) => ends.idOf(name) ?? (sql.addJournal.get(name)?.['id'] as number),
    writer: (account, device) => {
      const found = sql.writerId.get(account, device) ?? sql.addWriter.get(account, device);
      return found?.['id'] as number;
    },
  };
};
