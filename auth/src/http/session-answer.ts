/** What every way of signing in ends in: the cookie, and an access token in the body. */
import type { SessionResponse } from '@kith/schema/api/accounts';
import type { Scope } from '@kith/schema/token-claims';
import type { Context } from 'hono';
import type * as v from 'valibot';
import type { SignedIn } from '../accounts/admission.ts';
import type { TokenIssuer } from '../tokens/token-issuer.ts';
import type { RefreshCookie } from './refresh-cookie.ts';

export type SessionAnswer = (
  c: Context,
  signedIn: SignedIn,
  scope?: Scope,
) => Promise<v.InferInput<typeof SessionResponse>>;

export const createSessionAnswer =
  (deps: { readonly issuer: TokenIssuer; readonly cookie: RefreshCookie }): SessionAnswer =>
  async (c, { account, session, refreshToken }, scope = 'default') => {
    deps.cookie.write(c, refreshToken);
    const { token, expiresAt } = await deps.issuer.access({
      account: account.id,
      device: session.device,
      session: session.id,
      scope,
      sessionExpiresAt: session.expiresAt,
    });
    const { id, handle, name } = account;
    return { account: id, device: session.device, handle, name, accessToken: token, expiresAt };
  };
