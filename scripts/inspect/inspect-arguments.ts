/** The command line of `npm run inspect`: every mistake named at once. [INS-2] */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type DocName, parseDocName } from '@kith/schema/doc-name';
import { err, ok, type Result } from '@kith/schema/result';
import { type DatabaseAddress, parseDatabase } from '../serve/config.ts';

export interface InspectArguments {
  readonly document: string;
  readonly name: DocName;
  readonly dataDir: string;
  /** Undefined: the files in `dataDir`. */
  readonly database: DatabaseAddress | undefined;
  readonly json: boolean;
}

export const USAGE = `npm run inspect -- DOCUMENT [--data DIR] [--json]
  DOCUMENT     conversation/<id>, conversation/<id>/<segment>, or account/<id>/<generation>
  --data DIR   the server's data folder (DATA_DIR, else ./data); without it DATABASE_URL counts; the server may be running
  --json       one line for machines`;

interface ArgumentsError {
  readonly type: 'arguments';
  readonly mistakes: readonly string[];
}

const OPTIONS = { data: { type: 'string' }, json: { type: 'boolean' } } as const;

export const parseInspectArguments = (
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Result<InspectArguments, ArgumentsError> => {
  const given = readArguments(args);
  if (typeof given === 'string') return err({ type: 'arguments', mistakes: [given] });
  const { values, positionals } = given;
  const [document = '', ...rest] = positionals;
  const name = parseDocName(document);
  const url = values.data === undefined ? env['DATABASE_URL'] : undefined;
  const database = url === undefined || url === '' ? undefined : parseDatabase(url);
  const mistakes = [
    ...(document === '' ? ['which document?'] : name === null ? [`${document} is not the name of a document`] : []),
    ...(rest.length > 0 ? [`one document at a time: ${rest.join(' ')} is too much`] : []),
    ...(values.data === '' ? ['--data: a folder'] : []),
    ...(database === null ? ['DATABASE_URL: the address of a MongoDB with a name'] : []),
  ];
  if (mistakes.length > 0 || name === null || database === null) return err({ type: 'arguments', mistakes });
  const dataDir = resolve(values.data ?? env['DATA_DIR'] ?? 'data');
  return ok({ document, name, dataDir, database, json: values.json ?? false });
};

const readArguments = (args: readonly string[]) => {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, strict: true, allowPositionals: true });
  } catch (error) {
    return error instanceof Error ? error.message : String(error); // an unknown or incomplete option: named as it is
  }
};
