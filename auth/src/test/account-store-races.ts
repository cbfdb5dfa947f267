/** Two stores on one database, or one store twice: of those who change the same thing at once exactly one succeeds. */
import type { ConversationId, SessionId } from '@kith/schema/ids';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AccountStore } from '../storage/account-store.ts';
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
} from './account-fixtures.ts';
import { newId } from './auth-harness.ts';
import { START_MS } from './fixed-clock.ts';

type Stores = readonly [AccountStore, AccountStore];

export const accountStoreRaces = (name: string, open: () => Stores | Promise<Stores>): void => {
  describe(`${name}: two at once`, () => {
    let stores: Stores;
    beforeEach(async () => {
      stores = await open();
    });
    afterEach(async () => {
      for (const store of stores) await store.close();
    });
    identityRaces(() => stores);
    sessionRaces(() => stores);
    conversationRaces(() => stores);
  });
};

/** Four calls by turns over both stores, all under way together. */
const together = <T>(stores: Stores, call: (store: AccountStore, i: number) => Promise<T>): Promise<T[]> =>
  Promise.all([0, 1, 2, 3].map((i) => call(stores[i % 2 === 0 ? 0 : 1], i)));

const only = <T>(results: readonly T[], isWon: (result: T) => boolean): number => {
  expect(results.filter(isWon)).toHaveLength(1);
  return results.findIndex(isWon);
};
const isOk = ({ ok }: { readonly ok: boolean }) => ok;
const isTrue = (result: boolean) => result;

const identityRaces = (stores: () => Stores): void => {
  it('[AST-2] one of those who take a handle has it, with all that is theirs; neighbours of it are free', async () => {
    const people = [0, 1, 2, 3].map(() => newSignUp('ann'));
    const results = await together(stores(), (store, i) => store.createAccount(people[i]!));
    const winner = people[only(results, isOk)]!;
    for (const store of stores()) {
      expect(await store.accountByHandle('ann')).toEqual(winner.account);
      for (const { account, device, session } of people) {
        const isWinner = account.id === winner.account.id;
        expect(await store.account(account.id)).toEqual(isWinner ? account : null);
        expect(await store.device(device.id)).toEqual(isWinner ? device : null);
        expect(await store.session(session.id)).toEqual(isWinner ? session : null);
        expect(await store.sessionsOf(account.id)).toEqual(isWinner ? [session] : []);
      }
    }
    const neighbours = ['an', 'ann1', 'anna', 'aann', 'ann-', 'ann.1'].map((handle) => newSignUp(handle));
    for (const one of neighbours) expect((await stores()[0].createAccount(one)).ok).toBe(true);
    for (const { account } of neighbours) {
      expect(await stores()[1].accountByHandle(account.handle)).toEqual(account);
    }
    expect(await stores()[1].accountByHandle('ann')).toEqual(winner.account);
  });

  it('[AST-2] one of those who bring a passkey has it; the others have no account', async () => {
    const people = ['ann', 'bob', 'eve', 'dan'].map((handle) =>
      newSignUp(handle, (id) => ({ type: 'passkey', passkey: newPasskeyRow(id, 'key') })),
    );
    const results = await together(stores(), (store, i) => store.createAccount(people[i]!));
    const winner = people[only(results, isOk)]!;
    expect((await stores()[1].passkey('key'))?.account).toBe(winner.account.id);
    for (const { account, device } of people) {
      const isWinner = account.id === winner.account.id;
      expect(await stores()[0].accountByHandle(account.handle)).toEqual(isWinner ? account : null);
      expect(await stores()[1].device(device.id)).toEqual(isWinner ? device : null);
    }
  });

  it('[AST-2] one of those who take a ceremony has it, one secret of a name stays', async () => {
    const ceremony = newCeremonyRow(START_MS + 10);
    await stores()[0].addCeremony(ceremony, START_MS);
    const taken = await together(stores(), (store) => store.takeCeremony(ceremony.id));
    only(taken, (one) => one !== null);
    const secrets = await together(stores(), (store, i) => store.secret('refresh', bytes(i)));
    for (const secret of secrets) expect(secret).toEqual(secrets[0]);
  });

  it('[AST-2] one of those who replace a password hash or use a passkey is the one', async () => {
    const [ann, bob] = [
      newSignUp('ann'),
      newSignUp('bob', (id) => ({ type: 'passkey', passkey: newPasskeyRow(id, 'key') })),
    ];
    for (const one of [ann, bob]) await stores()[0].createAccount(one);
    const replaced = await together(stores(), (store, i) =>
      store.replacePasswordHash(ann.account.id, 'hash of ann', `new ${i}`),
    );
    expect(await stores()[1].passwordHash(ann.account.id)).toBe(`new ${only(replaced, isTrue)}`);
    const used = await together(stores(), (store, i) =>
      store.usePasskey({ id: 'key', fromCounter: 7, counter: 8 + i, backedUp: true, at: START_MS }),
    );
    expect((await stores()[1].passkey('key'))?.counter).toBe(8 + only(used, isTrue));
  });
};

const sessionRaces = (stores: () => Stores): void => {
  const setUp = async () => {
    const ann = newSignUp('ann');
    await stores()[0].createAccount(ann);
    return ann;
  };

  it('[AST-2] a device that starts sessions at once has one of them', async () => {
    const { device, session, account } = await setUp();
    const started = [0, 1, 2, 3].map((i) => newSessionRow(device, { tokenHash: bytes(10 + i) }));
    const results = await together(stores(), (store, i) => store.startSession({ device, session: started[i]! }));
    expect(results.every(isOk)).toBe(true);
    const [left, ...more] = await stores()[1].sessionsOf(account.id);
    expect(more).toEqual([]);
    expect(started).toContainEqual(left);
    for (const { id } of [session, ...started]) {
      expect(await stores()[0].session(id)).toEqual(id === left?.id ? left : null);
    }
    expect(await stores()[0].devices(account.id)).toEqual([device]);
  });

  it('[AST-2] a new device that starts twice at once is one device', async () => {
    const { account } = await setUp();
    const device = newDeviceRow(account.id, { createdAt: START_MS + 1 });
    const results = await together(stores(), (store) => store.startSession({ device, session: newSessionRow(device) }));
    expect(results.every(isOk)).toBe(true);
    expect((await stores()[1].devices(account.id)).slice(1)).toEqual([device]);
    expect(await stores()[1].sessionsOf(account.id)).toHaveLength(2);
  });

  it('[AST-2] of those who rotate, replace or end one session one does', async () => {
    const { session, device } = await setUp();
    const rotated = await together(stores(), (store, i) =>
      store.rotateSession({ id: session.id, from: bytes(3), to: bytes(20 + i), at: START_MS + i }),
    );
    expect((await stores()[1].session(session.id))?.tokenHash).toEqual(bytes(20 + only(rotated, isTrue)));
    const chains = [0, 1, 2, 3].map(() => newSessionRow(device));
    const replaced = await together(stores(), (store, i) => store.replaceSession(session.id, chains[i]!));
    const chain = chains[only(replaced, isTrue)]!;
    expect(await stores()[1].sessionOfDevice(device.id)).toEqual(chain);
    const ended = await together(stores(), (store, i) =>
      i < 2 ? store.endSession(chain.id) : store.replaceSession(chain.id, { ...chain, id: newId<SessionId>() }),
    );
    only(ended, isTrue);
    expect(await stores()[0].session(chain.id)).toBeNull();
  });

  it('[AST-2] a device revoked while it signs in has no session afterwards', async () => {
    const { account, device } = await setUp();
    const [one, two] = stores();
    await Promise.all([
      one.startSession({ device, session: newSessionRow(device) }),
      two.revokeDevice(account.id, device.id, START_MS + 1),
      one.startSession({ device, session: newSessionRow(device) }),
    ]);
    expect((await one.device(device.id))?.revokedAt).toBe(START_MS + 1);
    expect(await two.sessionsOf(account.id)).toEqual([]);
  });
};

const conversationRaces = (stores: () => Stores): void => {
  const setUp = async () => {
    const people = ['ann', 'bob', 'eve', 'dan', 'tom'].map((handle) => newSignUp(handle));
    for (const one of people) await stores()[0].createAccount(one);
    const [ann, ...others] = people.map(({ account }) => account.id);
    const made = newConversationRow(ann!);
    await stores()[0].createConversation(made.conversation, made.epoch);
    return { ...made, others };
  };

  it('[AST-2] of those who make one conversation one does', async () => {
    const { others } = await setUp();
    const id = newId<ConversationId>();
    const made = others.map((owner) => {
      const { conversation, epoch } = newConversationRow(owner);
      return { conversation: { ...conversation, id }, epoch: { ...epoch, conversation: id } };
    });
    const results = await together(stores(), (store, i) =>
      store.createConversation(made[i]!.conversation, made[i]!.epoch),
    );
    const winner = made[only(results, isOk)]!;
    expect(await stores()[1].conversation(id)).toEqual(winner.conversation);
    expect(await stores()[1].epochs(id)).toEqual([winner.epoch]);
  });

  it('[AST-2] of the epochs of one number one is appended, and its members are in', async () => {
    const { conversation, others } = await setUp();
    for (const number of [1, 2, 3]) {
      const appends = others.map((one) => nextEpoch(conversation, number, [one]));
      const results = await together(stores(), (store, i) => store.appendEpoch(appends[i]!));
      const winner = appends[only(results, isOk)]!;
      expect((await stores()[1].conversation(conversation.id))?.members).toEqual(winner.members);
      expect(await stores()[0].epoch(conversation.id, number + 1)).toEqual(winner.epoch);
    }
    expect((await stores()[0].epochs(conversation.id)).map(({ number }) => number)).toEqual([1, 2, 3, 4]);
    expect((await stores()[1].conversation(conversation.id))?.version).toBe(4);
  });

  it('[AST-2] an invitation with one use left brings in one', async () => {
    const { conversation, others } = await setUp();
    const invite = newInviteRow(conversation, { maxUses: 1 });
    const rival = newInviteRow(conversation, { maxUses: 1 });
    for (const one of [invite, rival]) await stores()[0].createInvite(one);
    const results = await together(stores(), (store, i) =>
      store.appendEpoch(nextEpoch(conversation, 1, [others[i]!], i === 3 ? rival.id : invite.id)),
    );
    only(results, isOk);
    const next = await together(stores(), (store, i) =>
      store.appendEpoch(nextEpoch(conversation, 2, [others[i]!], i === 3 ? rival.id : invite.id)),
    );
    expect(next.filter(isOk).length).toBeLessThanOrEqual(1);
    const uses = (await stores()[1].invitesOf(conversation.id)).map((one) => one.uses);
    const epochs = await stores()[0].epochs(conversation.id);
    expect(Math.max(...uses)).toBe(1);
    expect(uses[0]! + uses[1]!).toBe(epochs.length - 1);
  });

  it('[AST-2] an invitation withdrawn while it is used is used before, or not at all', async () => {
    const { conversation, others } = await setUp();
    const invite = newInviteRow(conversation);
    await stores()[0].createInvite(invite);
    const [joined, withdrawn] = await Promise.all([
      stores()[0].appendEpoch(nextEpoch(conversation, 1, [others[0]!], invite.id)),
      stores()[1].revokeInvite(conversation.id, invite.id, START_MS + 5),
    ]);
    expect(withdrawn).toBe(true);
    const after = await stores()[0].invite(invite.id);
    expect(after).toEqual({ ...invite, uses: joined.ok ? 1 : 0, revokedAt: START_MS + 5 });
    const late = await stores()[0].appendEpoch(nextEpoch(conversation, joined.ok ? 2 : 1, [others[1]!], invite.id));
    expect(late).toEqual({ ok: false, error: { type: 'invite-revoked' } });
  });

  it('[AST-2] every title set at once raises the version by one, beside an epoch too', async () => {
    const { conversation, others } = await setUp();
    const versions = await Promise.all([
      together(stores(), (store, i) => store.setTitle(conversation.id, bytes(i, 3))),
      stores()[1].appendEpoch(nextEpoch(conversation, 1, others)),
    ]);
    const [titles, appended] = versions;
    const all = [...titles, appended.ok ? appended.value : null];
    expect(all.toSorted()).toEqual([2, 3, 4, 5, 6]);
    const after = await stores()[0].conversation(conversation.id);
    const last = titles.indexOf(Math.max(...titles.map(Number)));
    expect(after).toMatchObject({ version: 6, epoch: 2, title: bytes(last, 3) });
  });
};
