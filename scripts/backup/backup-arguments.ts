/** The command lines of `npm run backup` and `npm run restore`: every mistake named at once. [BAK-4] [BAK-7] */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { err, ok, type Result } from '@kith/schema/result';
import { withoutPassword } from '../serve/config.ts';
import { type PlaceAddress, parsePlace } from '../store/place-address.ts';

export interface BackupArguments {
  readonly file: string;
  readonly place: PlaceAddress;
  readonly isEncrypted: boolean;
}

export interface RestoreArguments {
  readonly file: string;
  readonly place: PlaceAddress;
  /** Also where a database holds something. */
  readonly replaces: boolean;
}

const PLACE_USAGE = `  --data DIR     the server's data folder (else DATABASE_URL, a MongoDB; else DATA_DIR; else ./data)`;

export const BACKUP_USAGE = `npm run backup -- --to FILE [--data DIR] [--encrypt]
  --to FILE      where to write; nothing is there yet. The server may be running
${PLACE_USAGE}
  --encrypt      under a passphrase, from KITH_BACKUP_PASSPHRASE or asked for`;

export const RESTORE_USAGE = `npm run restore -- --from FILE [--data DIR] [--replace]
  --from FILE    a backup; under a passphrase: from KITH_BACKUP_PASSPHRASE or asked for
${PLACE_USAGE}
  --replace      needed where a MongoDB holds data: it is kept beside, under other names`;

interface ArgumentsError {
  readonly type: 'arguments';
  readonly mistakes: readonly string[];
}

type Environment = Readonly<Record<string, string | undefined>>;

const PLACE = { data: { type: 'string' } } as const;

export const parseBackupArguments = (
  args: readonly string[],
  env: Environment,
): Result<BackupArguments, ArgumentsError> => {
  const given = read(() =>
    parseArgs({ args: [...args], options: { ...PLACE, to: { type: 'string' }, encrypt: { type: 'boolean' } } }),
  );
  if (typeof given === 'string') return err({ type: 'arguments', mistakes: [given] });
  const { to = '', data, encrypt = false } = given.values;
  return complete('--to', to, placeOf(data, env), (found) => ({ ...found, isEncrypted: encrypt }));
};

export const parseRestoreArguments = (
  args: readonly string[],
  env: Environment,
): Result<RestoreArguments, ArgumentsError> => {
  const given = read(() =>
    parseArgs({ args: [...args], options: { ...PLACE, from: { type: 'string' }, replace: { type: 'boolean' } } }),
  );
  if (typeof given === 'string') return err({ type: 'arguments', mistakes: [given] });
  const { from = '', data, replace = false } = given.values;
  return complete('--from', from, placeOf(data, env), (found) => ({ ...found, replaces: replace }));
};

const complete = <T>(
  option: string,
  file: string,
  place: PlaceAddress | string,
  toArguments: (found: { readonly file: string; readonly place: PlaceAddress }) => T,
): Result<T, ArgumentsError> => {
  const mistakes = [
    ...(file === '' ? [`${option}: the file of the backup`] : []),
    ...(typeof place === 'string' ? [place] : []),
  ];
  if (mistakes.length > 0 || typeof place === 'string') return err({ type: 'arguments', mistakes });
  return ok(toArguments({ file: resolve(file), place }));
};

/** Or what is wrong with it. */
const placeOf = (data: string | undefined, env: Environment): PlaceAddress | string => {
  if (data === '') return '--data: a folder';
  const url = env['DATABASE_URL']?.trim() ?? '';
  if (data === undefined && url !== '')
    return parsePlace(url) ?? `DATABASE_URL: a MongoDB with a name, not ${withoutPassword(url)}`;
  return { type: 'sqlite', folder: resolve(data ?? (env['DATA_DIR'] || 'data')) };
};

const read = <T>(parse: () => T): T | string => {
  try {
    return parse();
  } catch (error) {
    return error instanceof Error ? error.message : String(error); // an unknown or incomplete option: named as it is
  }
};
