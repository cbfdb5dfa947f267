/** Two stores on one database, or one store twice: of those who change the same thing at once exactly one succeeds. */
import type { SessionId } from '@kith/schema/ids';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bytes, newCeremonyRow, newDeviceRow, newPasskeyRow, newSessionRow, newSignUp } from './account-fixtures.ts';
import { newId } from './auth-harness.ts';
import { conversationRaces } from './conversation-store-races.ts';
import { START_MS } from './fixed-clock.ts';
import { isOk, isTrue, only, type Stores, together } from './race.ts';

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
