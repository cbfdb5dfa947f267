import { describe, expect, it } from 'vitest';
import { COMMON_PASSWORDS, checkPassword } from './password-policy.ts';

describe('checkPassword', () => {
  it('[PWD-2] knows at least 10,000 common passwords without a network', () => {
    expect(COMMON_PASSWORDS.size).toBeGreaterThanOrEqual(10_000);
    for (const word of COMMON_PASSWORDS) expect(word).toBe(word.toLowerCase());
  });

  it.each([
    ['eleven characters', 'fjordmagpie', 'at least 12'],
    ['twelve units of six characters', '😀😃😄😁😆😅', 'at least 12'],
    ['nothing', '', 'at least 12'],
    ['a common one', 'qwerty123456', 'most common'],
    ['a common one in capitals', 'QWERTY123456', 'most common'],
    ['a common one with padding', 'password2026!!', 'most common'],
    ['a common one repeated', 'dragondragondragon', 'most common'],
    ['a common one repeated and padded', '!!dragondragon1', 'most common'],
    ['digits only', '728304958273', 'most common'],
    ['one letter', 'aaaaaaaaaaaaaa', 'most common'],
    ['the handle with a year', 'magpie.fjord1987', 'most common'],
  ])('[PWD-2] refuses %s', (_, password, reason) => {
    const checked = checkPassword(password, 'magpie.fjord');
    expect(checked).toMatchObject({ ok: false, error: { type: 'password-weak' } });
    expect(!checked.ok && checked.error.detail).toContain(reason);
  });

  it.each(['seven wise owls at noon', 'Tr0ub4dor&3xplained', 'пароль из восьми слов', 'x9!kQz#72mPw'])(
    '[PWD-2] accepts %s',
    (password) => {
      expect(checkPassword(password, 'magpie.fjord').ok).toBe(true);
    },
  );
});
