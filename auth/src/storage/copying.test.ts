import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import {
  bytes,
  newCeremonyRow,
  newConversationRow,
  newDeviceRow,
  newInviteRow,
  newPasskeyRow,
  newSessionRow,
  newSignUp,
  nextEpoch,
} from '../test/account-fixtures.ts';
import { START_MS } from '../test/fixed-clock.ts';
import { useTestMongo } from '../test/test-mongo.ts';
import { readAccountRecords } from './account-records.ts';
import type { AccountRecord, AccountStore } from './account-store.ts';
import { createMemoryAccountStore } from './memory-account-store.ts';
import { createMongoAccountStore } from './mongo-account-store.ts';
import { createSqliteAccountStore } from './sqlite-account-store.ts';

const mongo = useTestMongo();
const cleaning: (() => unknown)[] = [];
afterEach(async () => {
  for (const clean of cleaning.splice(0).reverse()) await clean();
});

const ADAPTERS: Readonly<Record<string, () => Promise<AccountStore>>> = {
  memory: async () => createMemoryAccountStore(),
  SQLite: async () => {
    const folder = mkdtempSync(join(tmpdir(), 'kith-copy-'));
    const store = createSqliteAccountStore({ path: join(folder, 'auth.sqlite') });
    cleaning.push(
      () => rmSync(folder, { recursive: true, force: true }),
      () => store.close(),
    );
    return store;
  },
  MongoDB: async () => {
    const store = await createMongoAccountStore(mongo.place());
    cleaning.push(() => store.close());
    return store;
  },
};

const recordsOf = async (store: AccountStore): Promise<AccountRecord[]> => {
  const records = [];
  for await (const record of readAccountRecords(store)) records.push(record);
  return records;
};

/** People with passwords and passkeys, devices in use, signed out and revoked, people who left and came back. */
const fillWithEverything = async (store: AccountStore) => {
  const [ann, bob] = [newSignUp('ann'), newSignUp('bob')];
  const eve = newSignUp('eve', (id) => ({ type: 'passkey', passkey: newPasskeyRow(id, 'one') }));
  for (const one of [ann, bob, eve]) await store.createAccount(one);
  const laptop = newDeviceRow(ann.account.id, { createdAt: START_MS + 5 });
  const phone = newDeviceRow(ann.account.id, { createdAt: START_MS + 6 });
  for (const device of [laptop, phone]) await store.startSession({ device, session: newSessionRow(device) });
  await store.revokeDevice(ann.account.id, laptop.id, START_MS + 7);
  await store.endSession((await store.sessionOfDevice(phone.id))!.id);
  await store.rotateSession({ id: bob.session.id, from: bob.session.tokenHash, to: bytes(8), at: START_MS + 8 });
  const use = { fromCounter: 7, counter: 8, backedUp: false, at: START_MS + 9 };
  await store.usePasskey({ id: 'one', ...use });
  await store.addCeremony(newCeremonyRow(START_MS + 100_000), START_MS);

  const { conversation, epoch } = newConversationRow(ann.account.id);
  const ended = newConversationRow(bob.account.id);
  await store.createConversation(conversation, epoch);
  await store.createConversation(ended.conversation, ended.epoch);
  const invite = newInviteRow(conversation, { createdAt: START_MS + 1 });
  const withdrawn = newInviteRow(conversation, { createdAt: START_MS + 2 });
  for (const one of [invite, withdrawn]) await store.createInvite(one);
  await store.revokeInvite(conversation.id, withdrawn.id, START_MS + 3);
  await store.setTitle(conversation.id, bytes(9, 3));
  await store.appendEpoch(nextEpoch(conversation, 1, [bob.account.id], invite.id));
  await store.appendEpoch(nextEpoch(conversation, 2, [bob.account.id, eve.account.id]));
  await store.appendEpoch(nextEpoch(conversation, 3, []));
  await store.appendEpoch(nextEpoch(conversation, 4, [eve.account.id]));
  const left = nextEpoch(ended.conversation, 1, []);
  await store.appendEpoch({ epoch: { ...left.epoch, members: [], reason: 'left' }, members: [], invite: null });

  const key = { kid: 'a', jwk: { kty: 'OKP', crv: 'Ed25519', d: 'secret', x: 'public' }, createdAt: START_MS };
  await store.addSigningKey(key);
  await store.addSigningKey({ ...key, kid: 'b', createdAt: START_MS + 1 });
  await store.secret('refresh', bytes(1));
  return { ann, bob, eve, phone, conversation, invite };
};

for (const [from, createFrom] of Object.entries(ADAPTERS)) {
  describe(`from ${from}`, () => {
    for (const [to, createTo] of Object.entries(ADAPTERS)) {
      it(`[BAK-2] all that is there comes out in ${to} as it was, and goes on there`, async () => {
        const [source, target] = [await createFrom(), await createTo()];
        const { ann, bob, eve, phone, conversation, invite } = await fillWithEverything(source);
        const records = await recordsOf(source);
        for (const record of records) await target.restore([record]);
        expect(await recordsOf(target)).toEqual(records);
        const former = await source.formerMemberProfiles(conversation.id);
        expect(former).toMatchObject([{ account: bob.account.id, leftAt: START_MS + 3 }]);
        expect(await target.formerMemberProfiles(conversation.id)).toEqual(former);
        expect(await target.memberProfiles(conversation.id)).toEqual(await source.memberProfiles(conversation.id));

        expect(await target.accountByHandle('ann')).toEqual(ann.account);
        expect(await target.passkey('one')).toMatchObject({ account: eve.account.id, counter: 8, backedUp: false });
        expect(await target.session(bob.session.id)).toMatchObject({ tokenHash: bytes(8) });
        expect((await target.startSession({ device: phone, session: newSessionRow(phone) })).ok).toBe(true);
        expect((await target.createAccount(newSignUp('ann'))).ok).toBe(false);
        const people = [bob.account.id, eve.account.id];
        expect((await target.appendEpoch(nextEpoch(conversation, 5, people, invite.id))).ok).toBe(true);
        const usedUp = await target.appendEpoch(nextEpoch(conversation, 6, people, invite.id));
        expect(usedUp).toEqual({ ok: false, error: { type: 'invite-used-up' } });
        expect(await target.epochs(conversation.id)).toHaveLength(6);
        expect(await target.formerMemberProfiles(conversation.id)).toEqual([]);
      });
    }

    it('[BAK-2] what is missing at the end is found out', async () => {
      const store = await createFrom();
      await expect(store.restore([{ type: 'accounts', accounts: 1, conversations: 0 }])).rejects.toThrow(
        '0 accounts and 0 conversations were written, 1 and 0 were read',
      );
    });
  });
}

it('[BAK-2] a member without an account is found out where accounts are referred to', async () => {
  const [source, target] = [createMemoryAccountStore(), await ADAPTERS['SQLite']!()];
  await fillWithEverything(source);
  const records = (await recordsOf(source)).filter((one) => one.type !== 'account' || one.account.handle !== 'eve');
  const end = { type: 'accounts', accounts: 2, conversations: 2 } as const;
  await expect(target.restore([...records.filter(({ type }) => type !== 'accounts'), end])).rejects.toThrow(
    'names a account that is not there',
  );
});
