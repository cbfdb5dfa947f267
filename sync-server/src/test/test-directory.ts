/** A `ConversationDirectory` in memory, and the hand that changes it. Losing changes on purpose is part of it. */
import type { ConversationDirectory, ConversationRecord } from '@kith/schema/conversation-directory';
import type { ConversationKind } from '@kith/schema/documents/head';
import type { AccountId, ConversationId, DeviceId, SessionId } from '@kith/schema/ids';
import { encodeOpaqueText } from '@kith/schema/opaque';
import type { Role } from '@kith/schema/role';

type RecordListener = Parameters<ConversationDirectory['onConversationChanged']>[0];
type DeviceListener = Parameters<ConversationDirectory['onDeviceEnded']>[0];

/** The session that tokens of tests are made for. */
export const TEST_SESSION = 'A'.repeat(22) as SessionId;

export interface TestDirectory extends ConversationDirectory {
  create(id: ConversationId, roles: Readonly<Record<AccountId, Role>>, kind?: ConversationKind): void;
  setRole(id: ConversationId, account: AccountId, role: Role | null): void;
  rename(id: ConversationId, title: string): void;
  /** Devices without a key are not known: nothing can be said about their signatures. */
  addKey(account: AccountId, device: DeviceId, signKey: Uint8Array): void;
  /** Every device is signed in until this, and after `startSession`. */
  endDevice(account: AccountId, device: DeviceId): void;
  startSession(device: DeviceId, session?: SessionId): void;
  /** While true, listeners hear nothing. */
  losesChanges: boolean;
  /** While true, every question is answered by an exception. */
  isDown: boolean;
}

export const createTestDirectory = (): TestDirectory => {
  const records = new Map<ConversationId, ConversationRecord>();
  const epochs = new Map<string, ConversationRecord>();
  const keys = new Map<string, Uint8Array>();
  const sessionByDevice = new Map<DeviceId, SessionId | null>();
  const recordListeners = new Set<RecordListener>();
  const deviceListeners = new Set<DeviceListener>();
  const up = (): void => {
    if (directory.isDown) throw new Error('the directory is down');
  };
  const put = (record: ConversationRecord, removed: readonly AccountId[] = []): void => {
    records.set(record.id, record);
    epochs.set(`${record.id}/${record.epoch}`, record);
    if (!directory.losesChanges) for (const listener of recordListeners) listener(record, removed);
  };
  const recordOf = (id: ConversationId): ConversationRecord => {
    const record = records.get(id);
    if (record === undefined) throw new Error(`no conversation ${id}`);
    return record;
  };

  const directory: TestDirectory = {
    losesChanges: false,
    isDown: false,
    conversation: async (id) => {
      up();
      return records.get(id) ?? null;
    },
    conversationsOf: async (account) => {
      up();
      return [...records.values()].filter((record) => record.roleByAccount.has(account)).map(({ id }) => id);
    },
    versions: async (ids) => {
      up();
      return new Map(ids.flatMap((id) => (records.has(id) ? [[id, recordOf(id).version] as const] : [])));
    },
    roleIn: async (id, epoch, account) => {
      up();
      return epochs.get(`${id}/${epoch}`)?.roleByAccount.get(account) ?? null;
    },
    signKey: async (account, device) => {
      up();
      return keys.get(`${account}/${device}`) ?? null;
    },
    addKey: (account, device, signKey) => void keys.set(`${account}/${device}`, signKey),
    onConversationChanged: (listener) => {
      recordListeners.add(listener);
      return () => void recordListeners.delete(listener);
    },
    onDeviceEnded: (listener) => {
      deviceListeners.add(listener);
      return () => void deviceListeners.delete(listener);
    },
    create: (id, roles, kind = 'group') => {
      const roleByAccount = new Map(Object.entries(roles) as [AccountId, Role][]);
      put({ id, kind, version: 1, epoch: 1, title: encodeOpaqueText('A conversation'), roleByAccount });
    },
    setRole: (id, account, role) => {
      const { roleByAccount: before, ...record } = recordOf(id);
      const roleByAccount = new Map(before);
      if (role === null) roleByAccount.delete(account);
      else roleByAccount.set(account, role);
      put(
        { ...record, version: record.version + 1, epoch: record.epoch + 1, roleByAccount },
        role === null ? [account] : [],
      );
    },
    rename: (id, title) => {
      const record = recordOf(id);
      put({ ...record, version: record.version + 1, title: encodeOpaqueText(title) });
    },
    session: async (device) => {
      up();
      return sessionByDevice.has(device) ? (sessionByDevice.get(device) ?? null) : TEST_SESSION;
    },
    startSession: (device, session = TEST_SESSION) => void sessionByDevice.set(device, session),
    endDevice: (account, device) => {
      sessionByDevice.set(device, null);
      if (directory.losesChanges) return;
      for (const listener of deviceListeners) listener(account, device);
    },
  };
  return directory;
};
