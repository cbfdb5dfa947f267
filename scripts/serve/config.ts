/** The environment, parsed once into a typed value; every mistake is reported at once. [RUN-2] */
import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { err, ok, type Result } from '@kith/schema/result';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];
export type Limits = 'on' | 'off';

/** `auth` answers about people and conversations, `sync` carries documents, `client` gives the app to browsers. */
export const ROLES = ['auth', 'sync', 'client'] as const;
export type Role = (typeof ROLES)[number];

/** A MongoDB: accounts are kept in `<name>-accounts`, documents in `<name>-documents`. */
export interface DatabaseAddress {
  readonly url: string;
  readonly name: string;
}

export interface Config {
  /** 0 lets the system choose. */
  readonly port: number;
  /** Undefined listens on every address of the machine. */
  readonly host: string | undefined;
  /** Absolute. */
  readonly dataDir: string;
  /** Origin under which people open Kith. Undefined: `http://localhost:<port>`. */
  readonly publicUrl: URL | undefined;
  /** Proxies in front of us whose `X-Forwarded-For` is believed. */
  readonly trustedProxies: number;
  /** What this process does; what it does not do, another must. */
  readonly roles: ReadonlySet<Role>;
  /** Undefined: files in `dataDir`, which one process at a time uses. */
  readonly database: DatabaseAddress | undefined;
  /** How processes on one database hear of each other. Undefined: this is the only one. */
  readonly redisUrl: string | undefined;
  /** `off` to measure what the machine can do: anybody may then ask for anything. */
  readonly limits: Limits;
  readonly logLevel: LogLevel;
}

export interface ConfigError {
  readonly type: 'config-invalid';
  /** One sentence each, beginning with the variable's name. */
  readonly mistakes: readonly string[];
}

type Environment = Readonly<Record<string, string | undefined>>;
type Parse<T> = (text: string) => T | null;

/** An empty variable counts as not set, as in compose files. */
export const parseConfig = (environment: Environment): Result<Config, ConfigError> => {
  const mistakes: string[] = [];
  const read = <T>(name: string, fallback: T, expected: string, parse: Parse<T>): T => {
    const text = environment[name]?.trim();
    if (text === undefined || text === '') return fallback;
    const value = parse(text);
    if (value !== null) return value;
    mistakes.push(`${name} must be ${expected}, not ${JSON.stringify(withoutPassword(text))}.`);
    return fallback;
  };
  const config: Config = {
    port: read('PORT', 3000, 'a number from 0 to 65535', parseUpTo(65_535)),
    host: read<string | undefined>('HOST', undefined, 'an IP address or "localhost"', parseHost),
    dataDir: read('DATA_DIR', resolve('data'), 'a folder', parseFolder),
    publicUrl: read<URL | undefined>(
      'PUBLIC_URL',
      undefined,
      'an origin such as https://chat.example.org',
      parseOrigin,
    ),
    trustedProxies: read('TRUSTED_PROXIES', 0, 'a number from 0 to 10', parseUpTo(10)),
    roles: read<ReadonlySet<Role>>('ROLES', new Set(ROLES), `some of ${ROLES.join(',')}`, parseRoles),
    database: read<DatabaseAddress | undefined>(
      'DATABASE_URL',
      undefined,
      'the address of a MongoDB with a name, such as mongodb://db.example/kith',
      parseDatabase,
    ),
    redisUrl: read<string | undefined>(
      'REDIS_URL',
      undefined,
      'the address of a Redis, such as redis://:password@redis.example',
      parseRedis,
    ),
    limits: read('LIMITS', 'on', '"on" or "off"', parseLimits),
    logLevel: read('LOG_LEVEL', 'info', `one of ${LOG_LEVELS.join(', ')}`, parseLogLevel),
  };
  if (config.redisUrl !== undefined && config.database === undefined)
    mistakes.push('REDIS_URL is for several processes, which need a DATABASE_URL: files are for one.');
  return mistakes.length === 0 ? ok(config) : err({ type: 'config-invalid', mistakes });
};

const parseUpTo =
  (max: number): Parse<number> =>
  (text) =>
    /^\d{1,5}$/.test(text) && Number(text) <= max ? Number(text) : null;

const parseHost: Parse<string> = (text) => (isIP(text) !== 0 || text === 'localhost' ? text : null);

const parseFolder: Parse<string> = (text) => (text.includes('\0') ? null : resolve(text));

/** An origin and nothing else: a path, query or user name would be lost without a word. */
const parseOrigin: Parse<URL> = (text) => {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) return null;
  return url.href === `${url.origin}/` ? url : null;
};

const parseRoles: Parse<ReadonlySet<Role>> = (text) => {
  const roles = text.split(',').map((role) => ROLES.find((known) => known === role.trim()));
  return roles.includes(undefined) ? null : new Set(roles.filter((role) => role !== undefined));
};

const DATABASE_NAME = /^[\w-]{1,50}$/;

/** With several servers in the address it is none of the URLs that `URL` knows. */
export const parseDatabase: Parse<DatabaseAddress> = (text) => {
  const [, name] = /^mongodb(?:\+srv)?:\/\/[^/?]+\/([^/?]+)(?:\?|$)/.exec(text) ?? [];
  return name !== undefined && DATABASE_NAME.test(name) ? { url: text, name } : null;
};

const parseRedis: Parse<string> = (text) => (/^rediss?:\/\/.+/.test(text) && URL.canParse(text) ? text : null);

export const withoutPassword = (text: string): string => text.replace(/\/\/[^/@]*@/, '//…@');

const parseLimits: Parse<Limits> = (text) => (text === 'on' || text === 'off' ? text : null);

const parseLogLevel: Parse<LogLevel> = (text) => LOG_LEVELS.find((level) => level === text) ?? null;
