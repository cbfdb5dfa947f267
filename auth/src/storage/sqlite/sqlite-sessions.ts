/** Devices and their sessions in SQLite. */
import { err, ok } from '@kith/schema/result';
import type { Device } from '../../devices/device.ts';
import type { Session } from '../../sessions/session.ts';
import type { IdentityStore } from '../account-store.ts';
import type { SqliteDatabase } from './sqlite-database.ts';

export type SqliteSessions = Pick<
  IdentityStore,
  | 'startSession'
  | 'session'
  | 'sessionOfDevice'
  | 'sessionsOf'
  | 'rotateSession'
  | 'replaceSession'
  | 'endSession'
  | 'device'
  | 'devices'
  | 'revokeDevice'
>;

const SESSION = `SELECT id, account, device, token_hash AS tokenHash, previous_hash AS previousHash,
  rotated_at AS rotatedAt, created_at AS createdAt, expires_at AS expiresAt FROM session`;
const DEVICE = `SELECT id, account, name, sign_key AS signKey, box_key AS boxKey, created_at AS createdAt,
  last_seen_at AS lastSeenAt, revoked_at AS revokedAt FROM device`;

export const createSqliteSessions = (db: SqliteDatabase): SqliteSessions => ({
  startSession: async ({ device, session }) =>
    db.transact(() => {
      const known = db.get<Device>(`${DEVICE} WHERE id = ?`, device.id);
      if (known !== null && known.revokedAt !== null) return err({ type: 'device-revoked' });
      if (known === null) insertDevice(db, device);
      else
        db.run('UPDATE device SET name = ?, last_seen_at = ? WHERE id = ?', device.name, device.lastSeenAt, device.id);
      db.run('DELETE FROM session WHERE device = ? OR expires_at <= ?', device.id, session.createdAt);
      insertSession(db, session);
      return ok(undefined);
    }),
  session: async (id) => db.get<Session>(`${SESSION} WHERE id = ?`, id),
  sessionOfDevice: async (device) => db.get<Session>(`${SESSION} WHERE device = ?`, device),
  sessionsOf: async (account) => db.all<Session>(`${SESSION} WHERE account = ?`, account),
  rotateSession: async ({ id, from, to, at }) =>
    db.transact(() => {
      const changed = db.run(
        'UPDATE session SET token_hash = ?, previous_hash = ?, rotated_at = ? WHERE id = ? AND token_hash = ?',
        ...[to, from, at, id, from],
      );
      if (changed === 0) return false;
      db.run('UPDATE device SET last_seen_at = ? WHERE id = (SELECT device FROM session WHERE id = ?)', at, id);
      return true;
    }),
  replaceSession: async (from, session) =>
    db.transact(() => {
      if (db.run('DELETE FROM session WHERE id = ?', from) === 0) return false;
      insertSession(db, session);
      db.run('UPDATE device SET last_seen_at = ? WHERE id = ?', session.rotatedAt, session.device);
      return true;
    }),
  endSession: async (id) => db.run('DELETE FROM session WHERE id = ?', id) === 1,
  device: async (id) => db.get<Device>(`${DEVICE} WHERE id = ?`, id),
  devices: async (account) => db.all<Device>(`${DEVICE} WHERE account = ? ORDER BY created_at, rowid`, account),
  revokeDevice: async (account, device, at) =>
    db.transact(() => {
      const changed = db.run(
        'UPDATE device SET revoked_at = ? WHERE id = ? AND account = ? AND revoked_at IS NULL',
        ...[at, device, account],
      );
      if (changed === 1) db.run('DELETE FROM session WHERE device = ?', device);
      return changed === 1;
    }),
});

export const insertDevice = (db: SqliteDatabase, device: Device): void => {
  const { id, account, name, signKey, boxKey, createdAt, lastSeenAt, revokedAt } = device;
  db.run(
    'INSERT INTO device VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    ...[id, account, name, signKey, boxKey, createdAt, lastSeenAt, revokedAt],
  );
};

export const insertSession = (db: SqliteDatabase, session: Session): void => {
  const { id, account, device, tokenHash, previousHash, rotatedAt, createdAt, expiresAt } = session;
  db.run(
    'INSERT INTO session VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    ...[id, account, device, tokenHash, previousHash, rotatedAt, createdAt, expiresAt],
  );
};
