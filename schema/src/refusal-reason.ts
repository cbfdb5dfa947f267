/** A refusal in one line, where the wire has room for no more: the reasons of closed and denied connections. [LIM-1] */
import { isWireErrorCode, LIMIT_NAMES, type Limited, type WireErrorCode } from './wire-error.ts';

export interface RefusalReason {
  readonly code: WireErrorCode;
  readonly limited: Limited | null;
}

/** `not-member`, or with a limit `rate-limited attaches 3000`. */
export const formatReason = (code: WireErrorCode, limited: Limited | null = null): string =>
  limited === null ? code : `${code} ${limited.limit} ${Math.ceil(limited.retryAfterMs)}`;

/** Null for what is not one of ours; a limit that this version does not know is passed over. */
export const parseReason = (text: string): RefusalReason | null => {
  const [code, name, ms, ...rest] = text.split(' ');
  if (!isWireErrorCode(code) || rest.length > 0) return null;
  const limit = LIMIT_NAMES.find((known) => known === name);
  const isLimited = limit !== undefined && ms !== undefined && /^\d{1,9}$/.test(ms);
  return { code, limited: isLimited ? { limit, retryAfterMs: Number(ms) } : null };
};
