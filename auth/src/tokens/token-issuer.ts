/** Makes the tokens that `token-verifier.ts` accepts. [TOK-1] [TOK-2] */
import type { AccountId, DeviceId, SessionId } from '@kith/schema/ids';
import { LIMITS } from '@kith/schema/limits';
import {
  ACCESS_AUDIENCE,
  ACCESS_TOKEN_TYPE,
  DOCUMENT_AUDIENCE,
  DOCUMENT_TOKEN_TYPE,
  type DocumentClaims,
  type Scope,
} from '@kith/schema/token-claims';
import { SignJWT } from 'jose';
import type { Clock } from '../clock.ts';
import type { SigningKeys } from './signing-keys.ts';

interface Bearer {
  readonly account: AccountId;
  readonly device: DeviceId;
  readonly scope: Scope;
  /** No token outlives the session it comes from; ms since 1970. */
  readonly sessionExpiresAt: number;
}

export interface IssuedToken {
  readonly token: string;
  /** ms since 1970, whole seconds. */
  readonly expiresAt: number;
}

export interface TokenIssuer {
  access(bearer: Bearer & { readonly session: SessionId }): Promise<IssuedToken>;
  document(bearer: Bearer, opens: Pick<DocumentClaims, 'doc' | 'perm'>): Promise<IssuedToken>;
}

export const createTokenIssuer = (deps: { readonly keys: SigningKeys; readonly clock: Clock }): TokenIssuer => {
  const issue = async (
    bearer: Bearer,
    form: { readonly typ: string; readonly aud: string; readonly seconds: number },
    more: Record<string, string>,
  ): Promise<IssuedToken> => {
    const { kid, privateKey } = deps.keys.current();
    const exp = Math.floor(Math.min(deps.clock.now() + form.seconds * 1000, bearer.sessionExpiresAt) / 1000);
    const token = await new SignJWT({ device: bearer.device, scope: bearer.scope, ...more })
      .setProtectedHeader({ alg: 'EdDSA', typ: form.typ, kid })
      .setSubject(bearer.account)
      .setAudience(form.aud)
      .setExpirationTime(exp)
      .sign(privateKey);
    return { token, expiresAt: exp * 1000 };
  };
  return {
    access: (bearer) => issue(bearer, ACCESS, { session: bearer.session }),
    document: (bearer, { doc, perm }) => issue(bearer, DOCUMENT, { doc, perm }),
  };
};

const ACCESS = { typ: ACCESS_TOKEN_TYPE, aud: ACCESS_AUDIENCE, seconds: LIMITS.accessTokenSeconds };
const DOCUMENT = { typ: DOCUMENT_TOKEN_TYPE, aud: DOCUMENT_AUDIENCE, seconds: LIMITS.documentTokenSeconds };
