/** Session, keys and clock on Dexie. */
import { HLC_ZERO, type Hlc } from '@kith/schema/hlc';
import type { KithDatabase } from '../dexie-database.ts';
import type { LocalStore } from '../local-store.ts';

type SessionPart = 'session' | 'saveSession' | 'deviceKeys' | 'saveDeviceKeys' | 'clock';

export const dexieSession = (database: KithDatabase): Pick<LocalStore, SessionPart> => ({
  session: async () => {
    const entry = await database.device.get('session');
    return entry?.key === 'session' ? entry.session : null;
  },
  saveSession: async (session) => {
    await database.device.put({ key: 'session', session });
  },
  deviceKeys: async () => {
    const entry = await database.device.get('keys');
    return entry?.key === 'keys' ? entry.keys : null;
  },
  saveDeviceKeys: async (keys) => {
    await database.device.put({ key: 'keys', keys });
  },
  clock: () => readClock(database),
});

/** Within a transaction on `device`: the clock never goes back. */
export const forwardClock = async (database: KithDatabase, time: Hlc): Promise<void> => {
  if (time > (await readClock(database))) await database.device.put({ key: 'clock', time });
};

const readClock = async (database: KithDatabase): Promise<Hlc> => {
  const entry = await database.device.get('clock');
  return entry?.key === 'clock' ? entry.time : HLC_ZERO;
};
