/**
 * Sign-up, sign-in, sessions and devices: shapes of `/api`.
 *
 *   POST   /api/passkeys/registration-options    PasskeyRegistrationOptionsRequest → CeremonyResponse
 *   POST   /api/passkeys/registration            PasskeyFinishRequest → SessionResponse
 *   POST   /api/passkeys/authentication-options  {} → CeremonyResponse
 *   POST   /api/passkeys/authentication          PasskeyFinishRequest → SessionResponse
 *   POST   /api/passwords/sign-up                PasswordSignUpRequest → SessionResponse
 *   POST   /api/passwords/sign-in                PasswordSignInRequest → SessionResponse
 *   POST   /api/session/refresh                  RefreshRequest, cookie → SessionResponse
 *   POST   /api/session/challenge                SessionChallengeRequest → SessionChallengeResponse
 *   POST   /api/session/resume                   SessionResumeRequest → SessionResponse
 *   GET    /api/session                          → WhoAmIResponse
 *   DELETE /api/session                          204
 *   GET    /api/devices                          → DeviceListResponse
 *   DELETE /api/devices/:device                  204
 *   POST   /api/document-tokens                  DocumentTokensRequest → DocumentTokensResponse
 *
 * Sign-up, sign-in, refresh and resume set the refresh cookie; a challenge needs nothing; all others take `Authorization: Bearer <access token>`.
 */
import * as v from 'valibot';
import { Base64UrlBytes } from '../base64url.ts';
import { HandleSchema, NameSchema } from '../handle.ts';
import { AccountIdSchema, CeremonyIdSchema, DeviceIdSchema } from '../ids.ts';
import { LIMITS } from '../limits.ts';
import { ScopeSchema } from '../token-claims.ts';

/** A device's public keys: Ed25519 to check its events by, X25519 to seal keys to. */
export const NewDeviceSchema = v.object({
  name: NameSchema,
  signKey: Base64UrlBytes(32, 32),
  boxKey: Base64UrlBytes(32, 32),
});

const PasswordSchema = v.pipe(v.string(), v.maxLength(LIMITS.passwordLength.max));
const ScopeRequest = { bulk: v.optional(v.boolean()) };

export const PasswordSignUpRequest = v.object({
  handle: HandleSchema,
  name: NameSchema,
  password: PasswordSchema,
  device: NewDeviceSchema,
});

export const PasswordSignInRequest = v.object({
  handle: v.pipe(v.string(), v.maxLength(200)),
  password: PasswordSchema,
  device: NewDeviceSchema,
});

export const PasskeyRegistrationOptionsRequest = v.object({ handle: HandleSchema, name: NameSchema });

/** `options` are WebAuthn's PublicKeyCredential…OptionsJSON, passed to the browser as they are. */
export const CeremonyResponse = v.object({ ceremony: CeremonyIdSchema, options: v.looseObject({}) });

/** `response` is the browser's credential `toJSON()`; @simplewebauthn/server checks it. */
export const PasskeyFinishRequest = v.object({
  ceremony: CeremonyIdSchema,
  response: v.looseObject({ id: v.pipe(v.string(), v.maxLength(2048)), type: v.literal('public-key') }),
  device: NewDeviceSchema,
});

/** The refresh token travels beside it, as a cookie. `accessToken` opens `/api`. */
export const SessionResponse = v.object({
  account: AccountIdSchema,
  device: DeviceIdSchema,
  handle: v.string(),
  name: v.string(),
  accessToken: v.string(),
  expiresAt: v.number(),
});
export type SessionResponse = v.InferOutput<typeof SessionResponse>;

export const RefreshRequest = v.object(ScopeRequest);

/** A device that lost its refresh cookie asks for something to sign. Unknown devices get an answer of the same form. */
export const SessionChallengeRequest = v.object({ device: DeviceIdSchema });
export const SessionChallengeResponse = v.object({ ceremony: CeremonyIdSchema, challenge: Base64UrlBytes(32, 32) });

/** `signature`: Ed25519 by the device's sign key over `sessionResumeBytes`. */
export const SessionResumeRequest = v.object({
  ceremony: CeremonyIdSchema,
  signature: Base64UrlBytes(64, 64),
  ...ScopeRequest,
});

export const WhoAmIResponse = v.object({
  account: AccountIdSchema,
  device: DeviceIdSchema,
  handle: v.string(),
  name: v.string(),
  scope: ScopeSchema,
});

export const DeviceResponse = v.object({
  device: DeviceIdSchema,
  name: v.string(),
  signKey: Base64UrlBytes(32, 32),
  boxKey: Base64UrlBytes(32, 32),
  createdAt: v.number(),
  lastSeenAt: v.number(),
  current: v.boolean(),
});
export const DeviceListResponse = v.object({ devices: v.array(DeviceResponse) });

export const DocumentTokensRequest = v.object({
  documents: v.pipe(
    v.array(v.pipe(v.string(), v.maxLength(64))),
    v.minLength(1),
    v.maxLength(LIMITS.documentTokensPerRequest),
  ),
});
/** One entry per document asked for, in order; `error` where it is refused. */
export const DocumentTokensResponse = v.object({
  tokens: v.array(
    v.union([
      v.object({ doc: v.string(), token: v.string(), expiresAt: v.number() }),
      v.object({ doc: v.string(), error: v.string() }),
    ]),
  ),
});
