import { expect, test } from 'vitest';
import {
  conversationId,
  deviceId,
  eventId,
  OTHER,
  ROOM,
  SELF,
  sampleConversation,
  sampleMember,
} from './local-store-samples.ts';
import type { StoreUnderTest } from './local-store-suite.ts';

export const conversationRules = ({ store, reopened }: StoreUnderTest): void => {
  test('[LOC-5] conversations are kept whole and replaced by id', async () => {
    const row = sampleConversation({
      role: null,
      state: 'left',
      readArrival: 7,
      segments: [
        { n: 1, state: 'closed', firstArrival: 1, events: 3 },
        { n: 2, state: 'open', firstArrival: 4, importer: 'somebody' },
      ],
      projectedSegments: [1],
      draft: 'a draft',
    });
    await store().saveConversation(sampleConversation());
    await store().saveConversation(row);
    await store().saveConversation(sampleConversation({ id: conversationId(2) }));
    const again = await reopened();
    expect(await again.conversation(ROOM)).toEqual(row);
    expect((await again.conversations()).map(({ id }) => id).sort()).toEqual([ROOM, conversationId(2)].sort());
    expect(await again.conversation(conversationId(3))).toBeNull();
  });

  test('[LOC-5] concurrent updates of a conversation are all kept', async () => {
    await store().saveConversation(sampleConversation());
    await Promise.all(
      Array.from({ length: 10 }, () =>
        store().updateConversation(ROOM, (row) => ({ ...row, position: row.position + 1 })),
      ),
    );
    expect((await store().conversation(ROOM))?.position).toBe(10);
  });

  test('[LOC-5] updating a conversation that is not there does nothing', async () => {
    await store().updateConversation(ROOM, (row) => ({ ...row, draft: 'x' }));
    expect(await store().conversation(ROOM)).toBeNull();
  });

  test('[LOC-6] members are replaced as a whole', async () => {
    await store().replaceMembers(ROOM, [sampleMember(SELF), sampleMember(OTHER)]);
    await store().replaceMembers(conversationId(2), [sampleMember(SELF, { conversation: conversationId(2) })]);
    const changed = [sampleMember(OTHER, { role: 'owner' })];
    await store().replaceMembers(ROOM, changed);
    const again = await reopened();
    expect(await again.members(ROOM)).toEqual(changed);
    expect(await again.members(conversationId(2))).toHaveLength(1);
  });

  test('[LOC-7] of receipts the greatest is kept, per account and device', async () => {
    const receipt = { conversation: ROOM, account: OTHER, device: deviceId(2), arrival: 5, at: 50 };
    const read = { conversation: ROOM, account: OTHER, arrival: 2, at: 20 };
    await store().saveReceipts([receipt, read]);
    await store().saveReceipts([
      { ...receipt, arrival: 3, at: 60 },
      { ...read, arrival: 4, at: 70 },
    ]);
    await store().saveReceipts([{ ...receipt, device: deviceId(3), arrival: 1 }]);
    const kept = await (await reopened()).receipts(ROOM);
    expect(kept).toHaveLength(3);
    expect(kept).toContainEqual(receipt);
    expect(kept).toContainEqual({ ...read, arrival: 4, at: 70 });
    expect(kept).toContainEqual({ ...receipt, device: deviceId(3), arrival: 1 });
    expect(await store().receipts(conversationId(2))).toEqual([]);
    await store().saveReceipts([{ ...read, conversation: conversationId(2) }]);
    await store().forgetReceipts(ROOM);
    expect(await (await reopened()).receipts(ROOM)).toEqual([]);
    expect(await store().receipts(conversationId(2))).toHaveLength(1);
  });

  test('[LOC-5] an unknown message is null', async () => {
    expect(await store().message(eventId(1))).toBeNull();
  });
};
