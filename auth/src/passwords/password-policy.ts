/** Which passwords are refused: short ones and those that everybody tries first. Offline. [PWD-2] */
import { LIMITS } from '@kith/schema/limits';
import { err, ok, type Result } from '@kith/schema/result';
import { dictionary } from '@zxcvbn-ts/language-common';

export interface PasswordWeakness {
  readonly type: 'password-weak';
  readonly detail: string;
}

/** Lower case. */
export const COMMON_PASSWORDS: ReadonlySet<string> = new Set(dictionary['passwords-common']);

/** What is still the same password to somebody who guesses: a common one dressed up, or repeated. */
export const checkPassword = (password: string, handle: string): Result<void, PasswordWeakness> => {
  if ([...password].length < LIMITS.passwordLength.min) {
    return err({ type: 'password-weak', detail: `password: at least ${LIMITS.passwordLength.min} characters` });
  }
  const whole = password.toLowerCase();
  const bare = whole.replace(PADDING, '');
  const forms = [whole, bare, repeatedUnit(whole), repeatedUnit(bare)];
  const isCommon =
    repeatedUnit(whole).length < MIN_UNIT ||
    forms.some((form) => form === '' || form === handle || COMMON_PASSWORDS.has(form));
  return isCommon ? err({ type: 'password-weak', detail: 'password: among the most common ones' }) : ok(undefined);
};

/** `aaaa…`, `xyxy…` are nobody's idea alone. */
const MIN_UNIT = 4;

/** Digits, punctuation and spaces around a word. */
const PADDING = /^[\p{N}\p{P}\p{S}\s]+|[\p{N}\p{P}\p{S}\s]+$/gu;

/** `abcabcabc` → `abc`; anything else as it is. */
const repeatedUnit = (text: string): string => {
  const at = `${text}${text}`.indexOf(text, 1);
  return text.slice(0, at === -1 ? text.length : at);
};
