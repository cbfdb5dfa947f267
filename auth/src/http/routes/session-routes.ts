import { RefreshRequest, SessionResponse, WhoAmIResponse } from '@kith/schema/api/accounts';
import { err, ok } from '@kith/schema/result';
import type { Sessions } from '../../sessions/sessions.ts';
import type { IdentityStore } from '../../storage/account-store.ts';
import type { RefreshCookie } from '../refresh-cookie.ts';
import type { Router } from '../route.ts';
import type { SessionAnswer } from '../session-answer.ts';

interface Deps {
  readonly sessions: Sessions;
  readonly store: IdentityStore;
  readonly cookie: RefreshCookie;
  readonly answer: SessionAnswer;
}

export const addSessionRoutes = (router: Router, { sessions, store, cookie, answer }: Deps): void => {
  router.open(
    {
      method: 'POST',
      path: '/api/session/refresh',
      summary: 'Get a new access token by the refresh cookie, which changes',
      params: {},
      body: RefreshRequest,
      response: SessionResponse,
      errors: ['unauthenticated', 'session-ended'],
    },
    async ({ c, body }) => {
      const token = cookie.read(c);
      const refreshed = token === null ? err({ type: 'unauthenticated' as const }) : await sessions.refresh(token);
      const account = refreshed.ok ? await store.account(refreshed.value.session.account) : null;
      if (refreshed.ok && account !== null) {
        return ok(await answer(c, { account, ...refreshed.value }, body.bulk === true ? 'bulk' : 'default'));
      }
      cookie.clear(c);
      return refreshed.ok ? err({ type: 'session-ended' }) : refreshed;
    },
  );
  router.signedIn(
    {
      method: 'GET',
      path: '/api/session',
      summary: 'Who am I',
      params: {},
      body: null,
      response: WhoAmIResponse,
      errors: [],
    },
    async ({ claims: { sub, device, scope } }) => {
      const account = await store.account(sub);
      if (account === null) return err({ type: 'session-ended' });
      return ok({ account: sub, device, scope, handle: account.handle, name: account.name });
    },
  );
  router.signedIn(
    {
      method: 'DELETE',
      path: '/api/session',
      summary: 'Sign this device out',
      params: {},
      body: null,
      response: null,
      errors: [],
    },
    async ({ c, session }) => {
      await sessions.end(session);
      cookie.clear(c);
      return ok(undefined);
    },
  );
};
