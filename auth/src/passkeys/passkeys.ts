/**
 * Sign-up and sign-in with a passkey. Each is a ceremony: a challenge that is kept here, answered once, within five
 * minutes. A sign-in names nobody beforehand, so it tells nothing about who has an account. [PKY-1] [PKY-3] [PKY-4]
 */
import { type AccountId, type CeremonyId, createId, type Random } from '@kith/schema/ids';
import { err, ok, type Result } from '@kith/schema/result';
import type { Admission, NewDevice, SignedIn } from '../accounts/admission.ts';
import { type Ceremony, type CeremonyError, newCeremony, takeCeremony } from '../ceremonies/ceremony.ts';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { IdentityStore } from '../storage/account-store.ts';
import type { WebAuthn } from './webauthn.ts';

interface Deps {
  readonly store: IdentityStore;
  readonly webAuthn: WebAuthn;
  readonly admission: Admission;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

export interface StartedCeremony {
  readonly ceremony: CeremonyId;
  readonly options: object;
}

interface Answer {
  readonly ceremony: CeremonyId;
  readonly response: { readonly id: string };
  readonly device: NewDevice;
}

export interface Passkeys {
  startSignUp(asked: {
    readonly handle: string;
    readonly name: string;
  }): Promise<Result<StartedCeremony, { readonly type: 'handle-taken' }>>;
  finishSignUp(answer: Answer): Promise<Result<SignedIn, CeremonyError | { readonly type: 'handle-taken' }>>;
  startSignIn(): Promise<StartedCeremony>;
  finishSignIn(
    answer: Answer,
  ): Promise<Result<SignedIn, CeremonyError | { readonly type: 'passkey-unknown' | 'session-ended' }>>;
}

export const createPasskeys = (deps: Deps): Passkeys => ({
  startSignUp: async ({ handle, name }) => {
    if ((await deps.store.accountByHandle(handle)) !== null) return err({ type: 'handle-taken' });
    const account = createId<AccountId>(deps.random);
    const ceremony: Ceremony = { ...newCeremony(deps), purpose: 'sign-up', account, handle, name };
    await deps.store.addCeremony(ceremony, deps.clock.now());
    const options = await deps.webAuthn.registrationOptions({ account, handle, name, challenge: ceremony.challenge });
    return ok({ ceremony: ceremony.id, options });
  },
  finishSignUp: (answer) => finishSignUp(deps, answer),
  startSignIn: async () => {
    const ceremony: Ceremony = { ...newCeremony(deps), purpose: 'sign-in' };
    await deps.store.addCeremony(ceremony, deps.clock.now());
    return { ceremony: ceremony.id, options: await deps.webAuthn.authenticationOptions(ceremony.challenge) };
  },
  finishSignIn: (answer) => finishSignIn(deps, answer),
});

const finishSignUp = async (deps: Deps, answer: Answer): ReturnType<Passkeys['finishSignUp']> => {
  const ceremony = await takeCeremony(deps, answer.ceremony);
  if (!ceremony.ok) return ceremony;
  const asked = ceremony.value;
  if (asked.purpose !== 'sign-up') return err({ type: 'ceremony-invalid' });
  const proven = await deps.webAuthn.verifyRegistration(answer.response, asked.challenge);
  if (proven === null) return err({ type: 'ceremony-invalid' });
  const now = deps.clock.now();
  const made = await deps.admission.signUp({
    id: asked.account,
    handle: asked.handle,
    name: asked.name,
    device: answer.device,
    credential: (account) => ({ type: 'passkey', passkey: { ...proven, account, createdAt: now, lastUsedAt: now } }),
  });
  if (made.ok || made.error.type === 'handle-taken') return made as Result<SignedIn, { type: 'handle-taken' }>;
  deps.log.warn('passkey refused', { reason: 'the credential id belongs to an account already' });
  return err({ type: 'ceremony-invalid' });
};

const finishSignIn = async (deps: Deps, answer: Answer): ReturnType<Passkeys['finishSignIn']> => {
  const { store, webAuthn, admission, clock, log } = deps;
  const ceremony = await takeCeremony(deps, answer.ceremony);
  if (!ceremony.ok) return ceremony;
  if (ceremony.value.purpose !== 'sign-in') return err({ type: 'ceremony-invalid' });
  const passkey = await store.passkey(answer.response.id);
  const account = passkey && (await store.account(passkey.account));
  if (passkey === null || account === null) return err({ type: 'passkey-unknown' });
  const use = await webAuthn.verifyAuthentication(answer.response, ceremony.value.challenge, passkey);
  if (use === null) return err({ type: 'ceremony-invalid' });
  const counted = await store.usePasskey({ id: passkey.id, fromCounter: passkey.counter, ...use, at: clock.now() });
  if (!counted) {
    log.warn('passkey refused', { reason: 'the counter moved meanwhile', account: account.id });
    return err({ type: 'ceremony-invalid' });
  }
  return admission.signIn(account, answer.device);
};
