/**
 * Checks the tokens that auth issues: one algorithm, keys from one set (whatever a header points at is ignored), one
 * type and audience per purpose. Says who somebody is, not what they may do now: membership is asked elsewhere. [TOK-1]
 */
import { err, ok, type Result } from '@kith/schema/result';
import {
  ACCESS_AUDIENCE,
  ACCESS_TOKEN_TYPE,
  type AccessClaims,
  AccessClaimsSchema,
  DOCUMENT_AUDIENCE,
  DOCUMENT_TOKEN_TYPE,
  type DocumentClaims,
  DocumentClaimsSchema,
} from '@kith/schema/token-claims';
import { errors, type JWTVerifyGetKey, jwtVerify } from 'jose';
import * as v from 'valibot';

export interface TokenError {
  readonly type: 'token-invalid' | 'token-expired';
}

/** Rejects only when the key set cannot be had. */
export interface TokenVerifier {
  verifyAccess(token: string): Promise<Result<AccessClaims, TokenError>>;
  verifyDocument(token: string): Promise<Result<DocumentClaims, TokenError>>;
}

interface Deps {
  /** `SigningKeys.keySet` in auth's process, jose's `createRemoteJWKSet` in others. */
  readonly keySet: JWTVerifyGetKey;
  readonly clock: { now(): number };
}

const LEEWAY_SECONDS = 30;
/** A token beyond this is not looked at. */
const MAX_TOKEN_LENGTH = 2_048;
/** Verified tokens remembered per purpose; the oldest is forgotten first. */
const MAX_REMEMBERED = 10_000;

export const createTokenVerifier = (deps: Deps): TokenVerifier => ({
  verifyAccess: createCheck(deps, {
    typ: ACCESS_TOKEN_TYPE,
    audience: ACCESS_AUDIENCE,
    schema: AccessClaimsSchema,
  }),
  verifyDocument: createCheck(deps, {
    typ: DOCUMENT_TOKEN_TYPE,
    audience: DOCUMENT_AUDIENCE,
    schema: DocumentClaimsSchema,
  }),
});

interface Purpose<Claims> {
  readonly typ: string;
  readonly audience: string;
  readonly schema: v.GenericSchema<unknown, Claims>;
}

/** A signature is checked once per token: a token seen before only has its time checked again. */
const createCheck = <Claims extends { readonly exp: number }>({ keySet, clock }: Deps, purpose: Purpose<Claims>) => {
  const claimsByToken = new Map<string, Claims>();
  return async (token: string): Promise<Result<Claims, TokenError>> => {
    const known = claimsByToken.get(token);
    if (known !== undefined) {
      if (known.exp + LEEWAY_SECONDS > Math.floor(clock.now() / 1000)) return ok(known);
      claimsByToken.delete(token);
      return err({ type: 'token-expired' });
    }
    const checked = await check(token, purpose, { keySet, clock });
    if (checked.ok) {
      const [oldest] = claimsByToken.keys();
      if (claimsByToken.size >= MAX_REMEMBERED && oldest !== undefined) claimsByToken.delete(oldest);
      claimsByToken.set(token, checked.value);
    }
    return checked;
  };
};

const check = async <Claims>(
  token: string,
  { typ, audience, schema }: Purpose<Claims>,
  { keySet, clock }: Deps,
): Promise<Result<Claims, TokenError>> => {
  if (token.length > MAX_TOKEN_LENGTH) return err({ type: 'token-invalid' });
  try {
    const { payload } = await jwtVerify(token, keySet, {
      algorithms: ['EdDSA'],
      typ,
      audience,
      clockTolerance: LEEWAY_SECONDS,
      currentDate: new Date(clock.now()),
    });
    const claims = v.safeParse(schema, payload);
    return claims.success ? ok(claims.output) : err({ type: 'token-invalid' });
  } catch (error) {
    if (error instanceof errors.JWTExpired) return err({ type: 'token-expired' });
    // not the token's fault: the keys could not be fetched or read
    if (error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid) throw error;
    if (error instanceof errors.JOSEError) return err({ type: 'token-invalid' });
    throw error;
  }
};
