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
        roles: new Set(['auth', 'sync', 'client']),
        database: undefined,
        redisUrl: undefined,
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

  it.each([
    ['mongodb://db.example/kith', 'kith'],
    ['mongodb://kith:secret@a.example:27017,b.example:27018/kith_2?replicaSet=rs0&authSource=admin', 'kith_2'],
    ['mongodb+srv://db.example/kith?w=1', 'kith'],
  ])('[RUN-12] takes %s as a database', (url, name) => {
    expect(parseConfig({ DATABASE_URL: url })).toMatchObject({ ok: true, value: { database: { url, name } } });
  });

  it.each(['mongodb://db.example', 'mongodb://db.example/', 'postgres://db.example/kith', 'mongodb://db.example/a.b'])(
    '[RUN-12] refuses %s as a database, which needs a name',
    (text) => {
      expect(mistakesOf({ DATABASE_URL: text })).toHaveLength(1);
    },
  );

  it('[RUN-12] never prints a password', () => {
    const [mistake] = mistakesOf({ DATABASE_URL: 'mongodb://kith:secret@db.example' });
    expect(mistake).toContain('mongodb://…@db.example');
    expect(mistake).not.toContain('secret');
  });

  it('[RUN-12] processes that hear of each other need one database', () => {
    expect(mistakesOf({ REDIS_URL: 'redis://:p@redis.example:6379' })).toEqual([
      expect.stringContaining('DATABASE_URL'),
    ]);
    expect(mistakesOf({ REDIS_URL: 'http://redis.example', DATABASE_URL: 'mongodb://db/kith' })).toHaveLength(1);
    const both = { REDIS_URL: 'rediss://redis.example', DATABASE_URL: 'mongodb://db/kith' };
    expect(parseConfig(both)).toMatchObject({ ok: true, value: { redisUrl: 'rediss://redis.example' } });
  });

  it('[RUN-12] a process does some of the work, or all of it', () => {
    expect(parseConfig({ ROLES: 'auth, client' })).toMatchObject({
      ok: true,
      value: { roles: new Set(['auth', 'client']) },
    });
    expect(mistakesOf({ ROLES: 'sync,database' })).toHaveLength(1);
  });
});
