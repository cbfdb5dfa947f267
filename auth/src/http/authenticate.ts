/** Who asks: the access token, and whether its device is still signed in. [SES-4] [SES-8] [TOK-1] */
import { err, ok, type Result } from '@kith/schema/result';
import type { AccessClaims } from '@kith/schema/token-claims';
import type { Session } from '../sessions/session.ts';
import type { Sessions } from '../sessions/sessions.ts';
import type { TokenVerifier } from '../tokens/token-verifier.ts';
import type { Refusal } from './to-response.ts';

export interface Caller {
  readonly claims: AccessClaims;
  readonly session: Session;
}

/** Takes the `Authorization` header. A token in a URL or a cookie is not one. */
export type Authenticate = (authorization: string | undefined) => Promise<Result<Caller, Refusal>>;

const BEARER = /^Bearer ([A-Za-z0-9._-]+)$/i;

export const createAuthenticate =
  (deps: { readonly verifier: TokenVerifier; readonly sessions: Sessions }): Authenticate =>
  async (authorization) => {
    const token = BEARER.exec(authorization ?? '')?.[1];
    if (token === undefined) return err({ type: 'unauthenticated' });
    const claims = await deps.verifier.verifyAccess(token);
    if (!claims.ok) return claims;
    const session = await deps.sessions.ofDevice(claims.value.device);
    if (session === null) return err({ type: 'session-ended' });
    // of a chain that was replaced since: the device gets another token, whoever copied this one does not
    return session.id === claims.value.session ? ok({ claims: claims.value, session }) : err({ type: 'token-expired' });
  };
