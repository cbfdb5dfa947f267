/** Devices in MongoDB, each with its session: what happens to the two is one change. */
import type { DeviceId, SessionId } from '@kith/schema/ids';
import { err, ok } from '@kith/schema/result';
import { equalBytes } from '../../bytes.ts';
import type { Device } from '../../devices/device.ts';
import type { Session } from '../../sessions/session.ts';
import type { IdentityStore } from '../account-store.ts';
import type { MongoDatabase } from './mongo-database.ts';
import type { DeviceState } from './mongo-layout.ts';
import { isThere } from './mongo-sign-ups.ts';

type SessionMethod =
  | 'startSession'
  | 'session'
  | 'sessionOfDevice'
  | 'sessionsOf'
  | 'rotateSession'
  | 'replaceSession'
  | 'endSession';
type DeviceMethod = 'device' | 'devices' | 'revokeDevice';
export type MongoSessions = Pick<IdentityStore, SessionMethod | DeviceMethod>;

export const createMongoSessions = (db: MongoDatabase): MongoSessions => ({
  ...sessionMethods(db),
  ...deviceMethods(db),
});

const sessionMethods = (db: MongoDatabase): Pick<MongoSessions, SessionMethod> => ({
  startSession: async ({ device, session }) => {
    await dropExpired(db, session.createdAt);
    return db.devices.change<Awaited<ReturnType<IdentityStore['startSession']>>>(device.id, async (state) => {
      const known = state !== null && (await isFinished(db, state)) ? state.device : null;
      if (known !== null && known.revokedAt !== null) return { next: null, answer: err({ type: 'device-revoked' }) };
      const now = known === null ? device : { ...known, name: device.name, lastSeenAt: device.lastSeenAt };
      return { next: { device: now, session, signUp: null }, answer: ok(undefined) };
    });
  },
  session: async (id) => (await findBySession(db, id))?.session ?? null,
  sessionOfDevice: async (id) => (await findDevice(db, id))?.session ?? null,
  sessionsOf: async (account) =>
    (await devicesOf(db, [account])).flatMap(({ session }) => (session === null ? [] : [session])),
  rotateSession: ({ id, from, to, at }) =>
    changeSession(db, id, ({ device, session }) =>
      equalBytes(session.tokenHash, from)
        ? {
            device: { ...device, lastSeenAt: at },
            session: { ...session, tokenHash: to, previousHash: from, rotatedAt: at },
          }
        : null,
    ),
  replaceSession: (from, session) =>
    changeSession(db, from, ({ device }) => ({ device: { ...device, lastSeenAt: session.rotatedAt }, session })),
  endSession: (id) => changeSession(db, id, ({ device }) => ({ device, session: null })),
});

const deviceMethods = (db: MongoDatabase): Pick<MongoSessions, DeviceMethod> => ({
  device: async (id) => (await findDevice(db, id))?.device ?? null,
  devices: async (account) => (await devicesOf(db, [account])).map(({ device }) => device),
  revokeDevice: async (account, id, at) => {
    if ((await findDevice(db, id)) === null) return false;
    return db.devices.change<boolean>(id, (state) =>
      state === null || state.device.account !== account || state.device.revokedAt !== null
        ? { next: null, answer: false }
        : { next: { device: { ...state.device, revokedAt: at }, session: null, signUp: null }, answer: true },
    );
  },
});

/** Those that the accounts ever had, oldest first. */
export const devicesOf = async (db: MongoDatabase, accounts: readonly string[]): Promise<readonly DeviceState[]> => {
  const states = await db.devices.where({ 'state.device.account': { $in: [...accounts] } });
  const handles = states.flatMap(({ signUp }) => (signUp === null ? [] : [signUp]));
  const owners = await db.accounts.getMany(handles, ['id']);
  return states
    .filter(({ device, signUp }) => signUp === null || owners.get(signUp)?.id === device.account)
    .sort((a, b) => a.device.createdAt - b.device.createdAt);
};

type Open = { readonly device: Device; readonly session: Session };

/** False when the session is not there (any more), or `to` gives null. */
const changeSession = async (
  db: MongoDatabase,
  id: SessionId,
  to: (open: Open) => Omit<DeviceState, 'signUp'> | null,
): Promise<boolean> => {
  const found = await findBySession(db, id);
  if (found === null) return false;
  return db.devices.change<boolean>(found.device.id, (state) => {
    const next = state?.session?.id === id ? to({ device: state.device, session: state.session }) : null;
    return next === null ? { next, answer: false } : { next: { ...next, signUp: null }, answer: true };
  });
};

const dropExpired = async (db: MongoDatabase, now: number): Promise<void> => {
  const isExpired = ({ session }: DeviceState) => session !== null && session.expiresAt <= now;
  for (const { device } of await db.devices.where({ 'state.session.expiresAt': { $lte: now } })) {
    await db.devices.change(device.id, (state) => ({
      next: state !== null && isExpired(state) ? { ...state, session: null } : null,
      answer: undefined,
    }));
  }
};

const findBySession = async (db: MongoDatabase, id: SessionId): Promise<DeviceState | null> => {
  const [state] = await db.devices.where({ 'state.session.id': id });
  return state !== undefined && (await isFinished(db, state)) ? state : null;
};

const findDevice = async (db: MongoDatabase, id: DeviceId): Promise<DeviceState | null> => {
  const state = await db.devices.get(id);
  return state !== null && (await isFinished(db, state)) ? state : null;
};

const isFinished = (db: MongoDatabase, { device, signUp }: DeviceState): Promise<boolean> =>
  isThere(db, { account: device.account, signUp });
