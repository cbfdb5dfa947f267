/** What every `AccountStore` does, whatever it is made of. */
import type { DeviceId, SessionId } from '@kith/schema/ids';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AccountStore } from '../storage/account-store.ts';
import { bytes, newCeremonyRow, newDeviceRow, newPasskeyRow, newSessionRow, newSignUp } from './account-fixtures.ts';
import { newId } from './auth-harness.ts';
import { conversationCases, inviteCases } from './conversation-store-cases.ts';
import { START_MS } from './fixed-clock.ts';

/** `crowd`: how many people the largest conversation has; fewer where a server of tests looks through all it has. */
export const accountStoreSuite = (
  name: string,
  open: () => AccountStore | Promise<AccountStore>,
  { crowd = 500 }: { readonly crowd?: number } = {},
): void => {
  describe(name, () => {
    let store: AccountStore;
    beforeEach(async () => {
      store = await open();
    });
    afterEach(() => store.close());
    describe('accounts', () => accountCases(() => store));
    describe('sessions and devices', () => sessionCases(() => store));
    describe('conversations', () => conversationCases(() => store, crowd));
    describe('invitations', () => inviteCases(() => store));
    describe('keys', () => keyCases(() => store));
  });
};

const accountCases = (store: () => AccountStore): void => {
  it('[AST-1] keeps an account with credential, device and session', async () => {
    const ann = newSignUp('ann');
    expect(await store().createAccount(ann)).toEqual({ ok: true, value: undefined });
    expect(await store().account(ann.account.id)).toEqual(ann.account);
    expect(await store().accountByHandle('ann')).toEqual(ann.account);
    expect(await store().passwordHash(ann.account.id)).toBe('hash of ann');
    expect(await store().devices(ann.account.id)).toEqual([ann.device]);
    expect(await store().session(ann.session.id)).toEqual(ann.session);
    expect(await store().sessionOfDevice(ann.device.id)).toEqual(ann.session);
  });

  it('[AST-1] keeps nothing of an account whose handle or passkey is taken', async () => {
    await store().createAccount(newSignUp('ann', (id) => ({ type: 'passkey', passkey: newPasskeyRow(id, 'one') })));
    const sameHandle = newSignUp('ann', (id) => ({ type: 'passkey', passkey: newPasskeyRow(id, 'two') }));
    const samePasskey = newSignUp('bob', (id) => ({ type: 'passkey', passkey: newPasskeyRow(id, 'one') }));
    expect(await store().createAccount(sameHandle)).toEqual({ ok: false, error: { type: 'handle-taken' } });
    expect(await store().createAccount(samePasskey)).toEqual({ ok: false, error: { type: 'passkey-exists' } });
    for (const { account, device, session } of [sameHandle, samePasskey]) {
      expect(await store().account(account.id)).toBeNull();
      expect(await store().devices(account.id)).toEqual([]);
      expect(await store().sessionOfDevice(device.id)).toBeNull();
      expect(await store().session(session.id)).toBeNull();
    }
    expect(await store().passkey('two')).toBeNull();
    expect(await store().accountByHandle('bob')).toBeNull();
  });

  it('[AST-2] of many who take a handle at once one gets it', async () => {
    const results = await Promise.all(Array.from({ length: 8 }, () => store().createAccount(newSignUp('ann'))));
    expect(results.filter(({ ok }) => ok)).toHaveLength(1);
  });

  it('[AST-1] answers null, false or nothing for what is not there', async () => {
    const id = newSignUp('nobody').account.id;
    expect(await store().account(id)).toBeNull();
    expect(await store().accountByHandle('nobody')).toBeNull();
    expect(await store().passwordHash(id)).toBeNull();
    expect(await store().replacePasswordHash(id, 'a', 'b')).toBe(false);
    expect(await store().passkey('none')).toBeNull();
    expect(await store().takeCeremony(newId())).toBeNull();
    expect(await store().sessionsOf(id)).toEqual([]);
    expect(await store().revokeDevice(id, newId(), 1)).toBe(false);
    expect(await store().endSession(newId())).toBe(false);
    expect(await store().device(newId())).toBeNull();
    const rotation = { id: newId<never>(), from: bytes(1), to: bytes(2), at: 1 };
    expect(await store().rotateSession(rotation)).toBe(false);
  });

  it('[AST-2] replaces a password hash only from the one named', async () => {
    const { account, ...rest } = newSignUp('ann');
    await store().createAccount({ account, ...rest });
    expect(await store().replacePasswordHash(account.id, 'other', 'new')).toBe(false);
    expect(await store().replacePasswordHash(account.id, 'hash of ann', 'new')).toBe(true);
    expect(await store().passwordHash(account.id)).toBe('new');
  });

  it('[AST-2] moves a passkey counter only from the one named', async () => {
    const ann = newSignUp('ann', (id) => ({ type: 'passkey', passkey: newPasskeyRow(id, 'key') }));
    await store().createAccount(ann);
    const use = { id: 'key', fromCounter: 7, counter: 9, backedUp: false, at: START_MS + 5 };
    const both = await Promise.all([store().usePasskey(use), store().usePasskey(use)]);
    expect(both.sort()).toEqual([false, true]);
    const passkey = { ...newPasskeyRow(ann.account.id, 'key'), counter: 9, backedUp: false, lastUsedAt: START_MS + 5 };
    expect(await store().passkey('key')).toEqual(passkey);
    expect(await store().usePasskey({ ...use, id: 'none' })).toBe(false);
  });

  it('[AST-1] handles and passkeys that differ in case, an ending or a slash are others', async () => {
    const keys = ['key', 'Key', 'key1', 'key/1', 'ke'];
    const people = keys.map((key) =>
      newSignUp(`h-${key}`, (id) => ({ type: 'passkey', passkey: newPasskeyRow(id, key) })),
    );
    for (const one of people) expect((await store().createAccount(one)).ok).toBe(true);
    await store().usePasskey({ id: 'key', fromCounter: 7, counter: 8, backedUp: true, at: START_MS });
    for (const [i, { account }] of people.entries()) {
      expect(await store().accountByHandle(account.handle)).toEqual(account);
      const expected = { ...newPasskeyRow(account.id, keys[i] ?? ''), counter: i === 0 ? 8 : 7 };
      expect(await store().passkey(expected.id)).toEqual(expected);
    }
    expect(await store().accountByHandle('h-')).toBeNull();
    expect(await store().passkey('')).toBeNull();
  });

  it('[AST-2] gives a ceremony to one of those who take it', async () => {
    const ceremony = newCeremonyRow(START_MS + 10);
    await store().addCeremony(ceremony, START_MS);
    const taken = await Promise.all([store().takeCeremony(ceremony.id), store().takeCeremony(ceremony.id)]);
    expect(taken.filter((one) => one !== null)).toEqual([ceremony]);
  });

  it('[AST-1] keeps which device wants to come back', async () => {
    const resume = { ...newCeremonyRow(START_MS + 99), purpose: 'resume', device: newId<DeviceId>() } as const;
    await store().addCeremony(resume, START_MS);
    expect(await store().takeCeremony(resume.id)).toEqual(resume);
  });

  it('[AST-1] keeps who wants to sign up, and drops expired ceremonies on the way', async () => {
    const old = newCeremonyRow(START_MS + 10);
    const account = newSignUp('ann').account.id;
    const signUp = { ...newCeremonyRow(START_MS + 99), purpose: 'sign-up', account, handle: 'ann', name: 'A' } as const;
    await store().addCeremony(old, START_MS);
    await store().addCeremony(signUp, START_MS + 10);
    expect(await store().takeCeremony(old.id)).toBeNull();
    expect(await store().takeCeremony(signUp.id)).toEqual(signUp);
  });
};

const sessionCases = (store: () => AccountStore): void => {
  const setUp = async () => {
    const ann = newSignUp('ann');
    await store().createAccount(ann);
    return ann;
  };

  it('[AST-2] rotates a session only from the hash named; the device was seen', async () => {
    const { session, device, account } = await setUp();
    const rotation = { id: session.id, from: bytes(3), to: bytes(8), at: START_MS + 50 };
    const both = await Promise.all([store().rotateSession(rotation), store().rotateSession(rotation)]);
    expect(both.sort()).toEqual([false, true]);
    const rotated = { tokenHash: bytes(8), previousHash: bytes(3), rotatedAt: START_MS + 50 };
    expect(await store().session(session.id)).toEqual({ ...session, ...rotated });
    expect(await store().devices(account.id)).toEqual([{ ...device, lastSeenAt: START_MS + 50 }]);
  });

  it('[AST-2] replaces a session only where it stands; the device was seen', async () => {
    const { session, device, account } = await setUp();
    const next = newSessionRow(device, { rotatedAt: START_MS + 60 });
    const other = { ...next, id: newId<SessionId>() };
    const last = newSessionRow(device, { rotatedAt: START_MS + 70 });
    const both = await Promise.all([
      store().replaceSession(session.id, next),
      store().replaceSession(session.id, other),
    ]);
    expect(both.toSorted()).toEqual([false, true]);
    const won = both[0] ? next : other;
    expect(await store().session(session.id)).toBeNull();
    expect(await store().sessionsOf(account.id)).toEqual([won]);
    expect(await store().device(device.id)).toEqual({ ...device, lastSeenAt: START_MS + 60 });
    await store().endSession(won.id);
    expect(await store().replaceSession(won.id, last)).toBe(false);
    expect(await store().sessionOfDevice(device.id)).toBeNull();
  });

  it('[AST-1] a known device keeps its keys and birth, and its session is replaced', async () => {
    const { session, device, account } = await setUp();
    const back = { ...device, name: 'Renamed', lastSeenAt: START_MS + 9, createdAt: 1, signKey: bytes(9) };
    const next = newSessionRow(device, { createdAt: START_MS + 9 });
    expect(await store().startSession({ device: back, session: next })).toEqual({ ok: true, value: undefined });
    expect(await store().session(session.id)).toBeNull();
    expect(await store().sessionsOf(account.id)).toEqual([next]);
    expect(await store().devices(account.id)).toEqual([{ ...device, name: 'Renamed', lastSeenAt: START_MS + 9 }]);
  });

  it('[AST-1] lists devices oldest first and drops sessions that have expired', async () => {
    const { session, device, account } = await setUp();
    const second = newDeviceRow(account.id, { createdAt: START_MS + 1 });
    const older = newDeviceRow(account.id, { createdAt: START_MS - 1 });
    await store().startSession({ device: second, session: newSessionRow(second) });
    const late = newSessionRow(older, { createdAt: session.expiresAt, expiresAt: session.expiresAt + 5 });
    await store().startSession({ device: older, session: late });
    expect((await store().devices(account.id)).map(({ id }) => id)).toEqual([older.id, device.id, second.id]);
    expect(await store().sessionsOf(account.id)).toEqual([late]);
  });

  it('[AST-1] a revoked device has no session and gets none', async () => {
    const { session, device, account } = await setUp();
    const stranger = newSignUp('bob');
    await store().createAccount(stranger);
    expect(await store().revokeDevice(stranger.account.id, device.id, START_MS + 1)).toBe(false);
    expect(await store().revokeDevice(account.id, device.id, START_MS + 1)).toBe(true);
    expect(await store().revokeDevice(account.id, device.id, START_MS + 2)).toBe(false);
    expect(await store().session(session.id)).toBeNull();
    expect(await store().devices(account.id)).toEqual([{ ...device, revokedAt: START_MS + 1 }]);
    expect(await store().device(device.id)).toEqual({ ...device, revokedAt: START_MS + 1 });
    const refused = await store().startSession({ device, session: newSessionRow(device) });
    expect(refused).toEqual({ ok: false, error: { type: 'device-revoked' } });
    expect(await store().sessionOfDevice(device.id)).toBeNull();
  });

  it('[AST-2] a session ends once', async () => {
    const { session, device } = await setUp();
    const both = await Promise.all([store().endSession(session.id), store().endSession(session.id)]);
    expect(both.sort()).toEqual([false, true]);
    expect(await store().sessionOfDevice(device.id)).toBeNull();
  });
};

const keyCases = (store: () => AccountStore): void => {
  it('[AST-1] keeps signing keys, newest first', async () => {
    const keys = [1, 2, 3].map((n) => ({ kid: `k${n}`, jwk: { kty: 'OKP', d: `d${n}` }, createdAt: START_MS + n }));
    for (const key of keys) await store().addSigningKey(key);
    await store().removeSigningKey('k2');
    await store().removeSigningKey('none');
    expect(await store().signingKeys()).toEqual([keys[2], keys[0]]);
  });

  it('[AST-2] the first secret of a name stays', async () => {
    expect(await store().secret('refresh', bytes(1))).toEqual(bytes(1));
    expect(await store().secret('refresh', bytes(2))).toEqual(bytes(1));
    expect(await store().secret('other', bytes(3))).toEqual(bytes(3));
  });
};
