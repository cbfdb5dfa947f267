import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseConfig } from './config.ts';

const mistakesOf = (environment: Record<string, string>): readonly string[] => {
  const parsed = parseConfig(environment);
  return parsed.ok ? [] : parsed.error.mistakes;
};

describe('parseConfig', () => {
  it('[RUN-2] needs nothing to be configured', () => {
    expect(parseConfig({})).toEqual({
      ok: true,
      value: {
        port: 3000,
        host: undefined,
        dataDir: resolve('data'),
        publicUrl: undefined,
        trustedProxies: 0,
        limits: 'on',
        logLevel: 'info',
      },
    });
  });

  it('[RUN-2] names every mistake at once', () => {
    const mistakes = mistakesOf({
      PORT: '70000',
      HOST: 'my house',
      PUBLIC_URL: 'ftp://x',
      LIMITS: 'few',
      LOG_LEVEL: 'loud',
    });
    expect(mistakes.map((mistake) => mistake.split(' ')[0])).toEqual([
      'PORT',
      'HOST',
      'PUBLIC_URL',
      'LIMITS',
      'LOG_LEVEL',
    ]);
  });

  it('[RUN-2] takes an empty variable for one that is not set', () => {
    expect(mistakesOf({ PORT: '', PUBLIC_URL: ' ', HOST: '' })).toEqual([]);
  });

  it.each(['https://a.example/chat', 'https://u:p@a.example', 'https://a.example/?x', 'a.example'])(
    '[RUN-2] refuses %s as the public URL, which is an origin',
    (text) => {
      expect(mistakesOf({ PUBLIC_URL: text })).toHaveLength(1);
    },
  );

  it.each(['-1', '3e3', '0x10', '80 80'])('[RUN-2] refuses %s as a port', (text) => {
    expect(mistakesOf({ PORT: text })).toHaveLength(1);
  });
});
