/** For each method of an account store that writes, a call that is to be cut off. */
import type { SessionId } from '@kith/schema/ids';
import type { AccountStore, NewAccount } from '../storage/account-store.ts';
import { bytes, newCeremonyRow, newDeviceRow, newPasskeyRow, newSessionRow, newSignUp } from './account-fixtures.ts';
import { newId } from './auth-harness.ts';
import { CONVERSATION_SCENARIOS } from './conversation-interruptions.ts';
import { START_MS } from './fixed-clock.ts';
import { newHandle, type Scenario } from './interruption.ts';

const byPasskey = (handle: string, key: string): NewAccount =>
  newSignUp(handle, (id) => ({ type: 'passkey', passkey: newPasskeyRow(id, key) }));

const lookAtAccount = async (store: AccountStore, { account, device, session }: NewAccount) => ({
  account: await store.account(account.id),
  byHandle: await store.accountByHandle(account.handle),
  hash: await store.passwordHash(account.id),
  device: await store.device(device.id),
  devices: await store.devices(account.id),
  session: await store.session(session.id),
  ofDevice: await store.sessionOfDevice(device.id),
  sessions: await store.sessionsOf(account.id),
});

const signUps: readonly Scenario[] = [
  {
    name: 'createAccount with a password',
    make: () => {
      const ann = newSignUp(newHandle());
      return {
        prepare: async () => {},
        act: (store) => store.createAccount(ann),
        look: (store) => lookAtAccount(store, ann),
      };
    },
  },
  {
    name: 'createAccount with a passkey',
    make: () => {
      const key = newId();
      const ann = byPasskey(newHandle(), key);
      return {
        prepare: async () => {},
        act: (store) => store.createAccount(ann),
        look: async (store) => ({ ...(await lookAtAccount(store, ann)), passkey: await store.passkey(key) }),
      };
    },
  },
];

/** With an account in it. */
const ofAccount = (
  name: string,
  act: (store: AccountStore, ann: NewAccount, another: SessionId) => Promise<unknown>,
): Scenario => ({
  name,
  make: () => {
    const [ann, another] = [newSignUp(newHandle()), newId<SessionId>()];
    return {
      prepare: async (store) => {
        await store.createAccount(ann);
      },
      act: (store) => act(store, ann, another),
      look: (store) => lookAtAccount(store, ann),
    };
  },
});

const sessions: readonly Scenario[] = [
  ofAccount('replacePasswordHash', (store, { account }) =>
    store.replacePasswordHash(account.id, `hash of ${account.handle}`, 'new'),
  ),
  ofAccount('startSession of a known device', (store, { device, session }, another) =>
    store.startSession({ device: { ...device, name: 'New' }, session: { ...session, id: another } }),
  ),
  ofAccount('rotateSession', (store, { session }) =>
    store.rotateSession({ id: session.id, from: session.tokenHash, to: bytes(9), at: START_MS + 5 }),
  ),
  ofAccount('endSession', (store, { session }) => store.endSession(session.id)),
  ofAccount('revokeDevice', (store, { account, device }) => store.revokeDevice(account.id, device.id, START_MS + 5)),
];

const sessionsOfRows: readonly Scenario[] = [
  {
    name: 'startSession of a new device, while another session expires',
    make: () => {
      const [ann, bob] = [newSignUp(newHandle()), newSignUp(newHandle())];
      const device = newDeviceRow(ann.account.id, { createdAt: START_MS + 1 });
      const session = newSessionRow(device, {
        createdAt: ann.session.expiresAt - 1,
        expiresAt: ann.session.expiresAt + 5,
      });
      const expired = { ...bob, session: { ...bob.session, expiresAt: session.createdAt } };
      return {
        prepare: async (store) => {
          for (const one of [ann, expired]) await store.createAccount(one);
        },
        act: (store) => store.startSession({ device, session }),
        look: async (store) => ({ ...(await lookAtAccount(store, ann)), started: await store.session(session.id) }),
      };
    },
  },
  {
    name: 'replaceSession',
    make: () => {
      const ann = newSignUp(newHandle());
      const next = newSessionRow(ann.device, { rotatedAt: START_MS + 9 });
      return {
        prepare: async (store) => {
          await store.createAccount(ann);
        },
        act: (store) => store.replaceSession(ann.session.id, next),
        look: async (store) => ({ ...(await lookAtAccount(store, ann)), next: await store.session(next.id) }),
      };
    },
  },
  {
    name: 'usePasskey',
    make: () => {
      const key = newId();
      const ann = byPasskey(newHandle(), key);
      return {
        prepare: async (store) => {
          await store.createAccount(ann);
        },
        act: (store) => store.usePasskey({ id: key, fromCounter: 7, counter: 8, backedUp: false, at: START_MS + 1 }),
        look: (store) => store.passkey(key),
      };
    },
  },
];

const others: readonly Scenario[] = [
  {
    name: 'secret',
    make: () => {
      const name = newId();
      return {
        prepare: async () => {},
        act: (store) => store.secret(name, bytes(7)),
        // asking is making: what matters is that there is one, for ever
        look: (store) => store.secret(name, bytes(7)),
      };
    },
  },
  {
    name: 'addSigningKey',
    make: () => {
      const kid = newId();
      return {
        prepare: async () => {},
        act: (store) => store.addSigningKey({ kid, jwk: { kty: 'OKP', d: kid }, createdAt: START_MS }),
        look: async (store) => (await store.signingKeys()).filter((key) => key.kid === kid),
      };
    },
  },
  {
    name: 'removeSigningKey',
    make: () => {
      const kid = newId();
      return {
        prepare: (store) => store.addSigningKey({ kid, jwk: { kty: 'OKP' }, createdAt: START_MS }),
        act: (store) => store.removeSigningKey(kid),
        look: async (store) => (await store.signingKeys()).filter((key) => key.kid === kid),
      };
    },
  },
  {
    name: 'addCeremony, while another expires',
    make: () => {
      const [old, next] = [newCeremonyRow(START_MS + 1), newCeremonyRow(START_MS + 9)];
      return {
        prepare: (store) => store.addCeremony(old, START_MS),
        act: (store) => store.addCeremony(next, START_MS + 5),
        look: async (store) => {
          const taken = await store.takeCeremony(next.id);
          if (taken !== null) await store.addCeremony(taken, START_MS);
          return taken;
        },
      };
    },
  },
];

export const SCENARIOS: readonly Scenario[] = [
  ...signUps,
  ...sessions,
  ...sessionsOfRows,
  ...CONVERSATION_SCENARIOS,
  ...others,
];
