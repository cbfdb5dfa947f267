/** What stands in the JWTs (RFC 7519, EdDSA) that auth issues and others verify. [TOK-1] */
import * as v from 'valibot';
import { AccountIdSchema, DeviceIdSchema, SessionIdSchema } from './ids.ts';

export const ACCESS_TOKEN_TYPE = 'kith-access+jwt';
export const DOCUMENT_TOKEN_TYPE = 'kith-document+jwt';
export const ACCESS_AUDIENCE = 'api';
export const DOCUMENT_AUDIENCE = 'sync';

const BaseClaims = { sub: AccountIdSchema, device: DeviceIdSchema, exp: v.number() };

/** `bulk` lifts the rate limits for an import. */
export const ScopeSchema = v.picklist(['default', 'bulk']);
export type Scope = v.InferOutput<typeof ScopeSchema>;

/** `session`: one that was replaced since opens nothing at auth any more. */
export const AccessClaimsSchema = v.object({ ...BaseClaims, session: SessionIdSchema, scope: ScopeSchema });
export type AccessClaims = v.InferOutput<typeof AccessClaimsSchema>;

/** `doc`: `conversation/<id>` (head and every segment) or `account/<id>` (every generation). */
export const DocumentClaimsSchema = v.object({
  ...BaseClaims,
  doc: v.pipe(v.string(), v.regex(/^(conversation|account)\/[A-Za-z0-9_-]{22}$/)),
  perm: v.picklist(['read', 'write']),
  scope: ScopeSchema,
});
export type DocumentClaims = v.InferOutput<typeof DocumentClaimsSchema>;
