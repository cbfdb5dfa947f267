import { PasswordSignInRequest, PasswordSignUpRequest, SessionResponse } from '@kith/schema/api/accounts';
import { ok } from '@kith/schema/result';
import type { Passwords } from '../../passwords/passwords.ts';
import type { AddressOf } from '../address-of.ts';
import { type Router, SIGN_UP_COST } from '../route.ts';
import type { SessionAnswer } from '../session-answer.ts';

export const addPasswordRoutes = (
  router: Router,
  { passwords, answer, addressOf }: { passwords: Passwords; answer: SessionAnswer; addressOf: AddressOf },
): void => {
  router.open(
    {
      method: 'POST',
      path: '/api/passwords/sign-up',
      summary: 'Sign up with handle and password',
      params: {},
      cost: SIGN_UP_COST,
      body: PasswordSignUpRequest,
      response: SessionResponse,
      errors: ['handle-invalid', 'name-invalid', 'handle-taken', 'password-weak', 'unavailable'],
    },
    async ({ c, body }) => {
      const signedIn = await passwords.signUp(body);
      return signedIn.ok ? ok(await answer(c, signedIn.value)) : signedIn;
    },
  );
  router.open(
    {
      method: 'POST',
      path: '/api/passwords/sign-in',
      summary: 'Sign in with handle and password',
      params: {},
      body: PasswordSignInRequest,
      response: SessionResponse,
      errors: ['wrong-credentials', 'unavailable'],
    },
    async ({ c, body }) => {
      const signedIn = await passwords.signIn({ ...body, address: addressOf(c) });
      return signedIn.ok ? ok(await answer(c, signedIn.value)) : signedIn;
    },
  );
};
