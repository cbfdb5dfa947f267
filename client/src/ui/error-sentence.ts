/** From whatever was thrown to a sentence that says what happened and what to do. [UI-7] */
import { isWireErrorCode, WIRE_ERRORS, type WireErrorCode } from '@kith/schema/wire-error';

const OWN_SENTENCES: ReadonlyMap<unknown, string> = new Map([
  ['offline', 'This needs the server, and it cannot be reached right now. Try again when you are back online.'],
  ['signed-out', 'You are not signed in on this device.'],
]);

/** What the browser throws when a passkey is not made or not used. */
const PASSKEY_SENTENCES: ReadonlyMap<string, string> = new Map([
  ['NotAllowedError', 'That was cancelled, or took too long. Nothing was changed.'],
  ['AbortError', 'That was cancelled. Nothing was changed.'],
  ['InvalidStateError', 'This device has a passkey for this account already. Sign in with it.'],
  ['NotSupportedError', 'This device cannot make a passkey. Use a password instead.'],
  ['SecurityError', 'Passkeys do not work at this address. Use a password instead.'],
]);

const UNKNOWN = 'Something went wrong. Please try again.';

/** Errors that crossed from the worker keep their code, not necessarily their class: the code decides. */
export const errorSentence = (error: unknown): string => {
  if (!(error instanceof Error)) return UNKNOWN;
  const code = 'code' in error ? error.code : undefined;
  if (isWireErrorCode(code)) return wireSentence(code, 'retryAfterMs' in error ? error.retryAfterMs : null);
  return OWN_SENTENCES.get(code) ?? PASSKEY_SENTENCES.get(error.name) ?? UNKNOWN;
};

/** Why a message stays here, and what one can do about it. */
export const refusalSentence = (code: WireErrorCode): string =>
  `Could not be sent: ${lowerFirst(WIRE_ERRORS[code].sentence)}`;

/** Why something was refused, as a sentence of its own. */
export const refusalReason = (code: WireErrorCode): string => WIRE_ERRORS[code].sentence;

const wireSentence = (code: WireErrorCode, retryAfterMs: unknown): string => {
  const { sentence } = WIRE_ERRORS[code];
  if (code !== 'rate-limited' || typeof retryAfterMs !== 'number' || retryAfterMs <= 0) return sentence;
  const seconds = Math.ceil(retryAfterMs / 1000);
  return `${sentence} Try again in ${seconds} ${seconds === 1 ? 'second' : 'seconds'}.`;
};

const lowerFirst = (sentence: string): string => sentence.charAt(0).toLowerCase() + sentence.slice(1);
