import {
  CeremonyResponse,
  PasskeyFinishRequest,
  PasskeyRegistrationOptionsRequest,
  SessionResponse,
} from '@kith/schema/api/accounts';
import { ok } from '@kith/schema/result';
import * as v from 'valibot';
import type { Passkeys, StartedCeremony } from '../../passkeys/passkeys.ts';
import { type Router, SIGN_UP_COST } from '../route.ts';
import type { SessionAnswer } from '../session-answer.ts';

export const addPasskeyRoutes = (router: Router, deps: { passkeys: Passkeys; answer: SessionAnswer }): void => {
  const { passkeys, answer } = deps;
  router.open(
    {
      method: 'POST',
      path: '/api/passkeys/registration-options',
      summary: 'Begin to sign up with a passkey',
      params: {},
      body: PasskeyRegistrationOptionsRequest,
      response: CeremonyResponse,
      errors: ['handle-invalid', 'name-invalid', 'handle-taken'],
    },
    async ({ body }) => {
      const started = await passkeys.startSignUp(body);
      return started.ok ? ok(toCeremony(started.value)) : started;
    },
  );
  router.open(
    {
      method: 'POST',
      path: '/api/passkeys/registration',
      summary: 'Sign up with the passkey made',
      params: {},
      cost: SIGN_UP_COST,
      body: PasskeyFinishRequest,
      response: SessionResponse,
      errors: ['ceremony-invalid', 'ceremony-expired', 'handle-taken'],
    },
    async ({ c, body }) => {
      const signedIn = await passkeys.finishSignUp(body);
      return signedIn.ok ? ok(await answer(c, signedIn.value)) : signedIn;
    },
  );
  addSignIn(router, deps);
};

const addSignIn = (router: Router, { passkeys, answer }: { passkeys: Passkeys; answer: SessionAnswer }): void => {
  router.open(
    {
      method: 'POST',
      path: '/api/passkeys/authentication-options',
      summary: 'Begin to sign in with any passkey',
      params: {},
      body: v.object({}),
      response: CeremonyResponse,
      errors: [],
    },
    async () => ok(toCeremony(await passkeys.startSignIn())),
  );
  router.open(
    {
      method: 'POST',
      path: '/api/passkeys/authentication',
      summary: 'Sign in with a passkey',
      params: {},
      body: PasskeyFinishRequest,
      response: SessionResponse,
      errors: ['ceremony-invalid', 'ceremony-expired', 'passkey-unknown'],
    },
    async ({ c, body }) => {
      const signedIn = await passkeys.finishSignIn(body);
      return signedIn.ok ? ok(await answer(c, signedIn.value)) : signedIn;
    },
  );
};

const toCeremony = ({ ceremony, options }: StartedCeremony) => ({ ceremony, options: { ...options } });
