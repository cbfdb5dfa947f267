/**
 * Structured lines on stdout, one JSON object each. Secrets do not reach them: values under telling names and anything
 * that looks like a token are replaced, however deep they stand. [RUN-8]
 */
import { LOG_LEVELS, type LogLevel } from './config.ts';

export interface Log {
  debug(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
}
export type LogFields = Readonly<Record<string, unknown>>;

export interface LogDeps {
  readonly level: LogLevel;
  readonly now: () => number;
  readonly write: (line: string) => void;
}

const SECRET_NAME = /authorization|cookie|token|ticket|password|passphrase|secret|signature|private|jwk/i;
/** JWTs, and bearer or cookie texts inside messages. */
const SECRET_TEXT =
  /\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*|\bBearer\s+\S+|\b[\w-]*(?:token|ticket|session|refresh)[\w-]*=[^;\s&]+/gi;
const HIDDEN = '[hidden]';
const MAX_DEPTH = 6;

export const createLog = ({ level, now, write }: LogDeps): Log => {
  const least = LOG_LEVELS.indexOf(level);
  const at =
    (name: LogLevel) =>
    (event: string, fields: LogFields = {}) => {
      if (LOG_LEVELS.indexOf(name) < least) return;
      const head = { time: new Date(now()).toISOString(), level: name, event };
      // First for the order of the keys, last so that no field takes their place.
      const line = { ...head, ...(redact(fields, 0) as LogFields), ...head };
      write(`${JSON.stringify(line)}\n`);
    };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
};

const redact = (value: unknown, depth: number): unknown => {
  if (typeof value === 'string') return value.replace(SECRET_TEXT, HIDDEN);
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= MAX_DEPTH) return '[deep]';
  if (value instanceof Error) return redact(errorFields(value), depth);
  if (value instanceof Uint8Array) return `[${value.length} bytes]`;
  if (Array.isArray(value)) return value.map((entry) => redact(entry, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [key, SECRET_NAME.test(key) ? HIDDEN : redact(entry, depth + 1)]),
  );
};

const errorFields = (error: Error): LogFields => ({
  name: error.name,
  message: error.message,
  stack: error.stack,
  ...(error.cause === undefined ? {} : { cause: error.cause }),
});
