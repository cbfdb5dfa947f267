/**
 * How people are called. A handle is unique and plain ASCII, so it cannot look like another; a display name may be
 * anything visible, without the characters that hide, reorder or imitate. [NAME-1]
 */
import * as v from 'valibot';
import { LIMITS } from './limits.ts';

const { min, max } = LIMITS.handleLength;

export const HandleSchema = v.pipe(
  v.string(),
  v.maxLength(200),
  v.transform((text) => text.trim().toLowerCase().replace(/^@/, '')),
  v.regex(new RegExp(`^[a-z0-9][a-z0-9._-]{${min - 2},${max - 2}}[a-z0-9]$`), 'handle-invalid'),
);

/** Controls, bidi overrides and isolates, zero-width characters and other invisible ones. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\u115f\u1160\u3164\uffa0\u2028\u2029]/gu;

/** Names, device names: NFC, invisible characters removed, white space folded, 1 to 64 characters. */
export const NameSchema = v.pipe(
  v.string(),
  v.maxLength(10_000),
  v.transform((text) => text.normalize('NFC').replace(INVISIBLE, '').replace(/\s+/gu, ' ').trim()),
  v.minLength(1, 'name-invalid'),
  v.maxLength(LIMITS.nameLength, 'name-invalid'),
);
