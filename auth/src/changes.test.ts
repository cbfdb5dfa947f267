import type { Bus } from '@kith/schema/bus';
import { NO_BUS } from '@kith/schema/bus';
import type { ConversationRecord } from '@kith/schema/conversation-directory';
import type { AccountId, ConversationId, DeviceId } from '@kith/schema/ids';
import { expect, it } from 'vitest';
import { createChanges } from './changes.ts';
import { newId } from './test/auth-harness.ts';

/** Two processes: what one publishes the other hears at once. */
const setUp = () => {
  const listeners: ((message: Uint8Array) => void)[] = [];
  const records = new Map<ConversationId, ConversationRecord>();
  const errors: string[] = [];
  const log = { info: () => {}, warn: () => {}, error: (what: string) => void errors.push(what) };
  const bus = (n: number): Bus => ({
    ...NO_BUS,
    subscribe: (_topic, listener) => {
      listeners[n] = listener;
    },
    publish: (_topic, message) => listeners[1 - n]?.(message),
  });
  const conversation = async (id: ConversationId) => records.get(id) ?? null;
  const [one, two] = [0, 1].map((n) => createChanges({ bus: bus(n), log, conversation }));
  return { one: one!, two: two!, records, listeners, errors };
};
const recordOf = (id: ConversationId): ConversationRecord => ({
  ...{ id, kind: 'group', version: 2, epoch: 1, title: new Uint8Array(), roleByAccount: new Map() },
});

it('[CLU-5] what was changed in one process is told in others, as it stands in the store', async () => {
  const { one, two, records } = setUp();
  const [id, removed] = [newId<ConversationId>(), newId<AccountId>()];
  const heard: unknown[] = [];
  two.onConversationChanged((record, out) => void heard.push([record, out]));
  records.set(id, { ...recordOf(id), version: 3 });
  one.conversationChanged(recordOf(id), [removed]);
  await expect.poll(() => heard).toEqual([[{ ...recordOf(id), version: 3 }, [removed]]]);
});

it('[CLU-5] a device that is signed out at one process is told of at others', async () => {
  const { one, two } = setUp();
  const [account, device] = [newId<AccountId>(), newId<DeviceId>()];
  const heard: unknown[] = [];
  two.onDeviceEnded((...ended) => void heard.push(ended));
  one.deviceEnded(account, device);
  await expect.poll(() => heard).toEqual([[account, device]]);
});

it('[CLU-5] news that make no sense, and of conversations that are gone, are passed over', async () => {
  const { one, two, listeners, errors } = setUp();
  const heard: unknown[] = [];
  two.onConversationChanged((record) => void heard.push(record));
  for (const text of ['', '{}', '{"type":"conversation","id":"x","removed":[]}'])
    listeners[1]?.(new TextEncoder().encode(text));
  one.conversationChanged(recordOf(newId<ConversationId>()), []);
  await expect.poll(() => errors.length).toBe(3);
  expect(heard).toEqual([]);
});
