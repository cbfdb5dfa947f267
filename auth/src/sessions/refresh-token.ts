/**
 * A refresh token: the session's id and 32 bytes, as 64 characters. The first bytes are random; each successor is an
 * HMAC of its predecessor under the server's secret, so a lost answer can be given again without keeping the token, and
 * neither the database nor an old token alone gives the next one.
 */
import { createHmac } from 'node:crypto';
import { bytesToBase64Url, parseBase64Url } from '@kith/schema/base64url';
import { bytesToId, ID_BYTES, idToBytes, type SessionId } from '@kith/schema/ids';
import { sha256 } from '../bytes.ts';

export const REFRESH_SECRET_BYTES = 32;
const TOKEN_BYTES = 32;

export interface RefreshToken {
  readonly session: SessionId;
  readonly bytes: Uint8Array;
}

export const formatRefreshToken = ({ session, bytes }: RefreshToken): string =>
  bytesToBase64Url(Buffer.concat([idToBytes(session), bytes]));

/** Null for anything that cannot be one. */
export const parseRefreshToken = (text: string): RefreshToken | null => {
  const bytes = parseBase64Url(text);
  if (bytes === null || bytes.length !== ID_BYTES + TOKEN_BYTES) return null;
  return { session: bytesToId<SessionId>(bytes.subarray(0, ID_BYTES)), bytes: bytes.subarray(ID_BYTES) };
};

export const hashRefreshToken = ({ bytes }: RefreshToken): Uint8Array => sha256(bytes);

export const successorOf = (token: RefreshToken, secret: Uint8Array): RefreshToken => ({
  session: token.session,
  bytes: new Uint8Array(createHmac('sha256', secret).update(idToBytes(token.session)).update(token.bytes).digest()),
});
