/** The command line of the import: every mistake named at once. */
import { parseArgs } from 'node:util';
import { err, ok, type Result } from '@kith/schema/result';

export interface ImportArguments {
  /** Origin. */
  readonly server: string;
  readonly profileDir: string;
  readonly file: string;
  readonly title: string;
  readonly handle: string | null;
  readonly password: string | null;
  readonly onError: 'stop' | 'skip';
}

export const USAGE = `npm run import -- --server URL --profile DIR --file HISTORY.jsonl[.gz] --title TITLE
  --handle NAME        who imports, when the profile is new (otherwise made up); password from KITH_PASSWORD or made up
  --on-error stop|skip what to do at a line that cannot be read (skip)`;

const OPTIONS = {
  server: { type: 'string' },
  profile: { type: 'string' },
  file: { type: 'string' },
  title: { type: 'string' },
  handle: { type: 'string' },
  'on-error': { type: 'string' },
} as const;

interface ArgumentsError {
  readonly type: 'arguments';
  readonly mistakes: readonly string[];
}

export const parseImportArguments = (
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Result<ImportArguments, ArgumentsError> => {
  const given = readOptions(args);
  if (typeof given === 'string') return err({ type: 'arguments', mistakes: [given] });
  const { server = '', profile = '', file = '', title = '', handle, 'on-error': onError = 'skip' } = given;
  const url = URL.parse(server);
  const mistakes = [
    ...(url !== null && /^https?:$/.test(url.protocol) ? [] : ['--server: an address such as http://localhost:3000']),
    ...(profile === '' ? ['--profile: the folder of the importing device'] : []),
    ...(file === '' ? ['--file: the history, one JSON object a line'] : []),
    ...(title === '' ? ['--title: the name of the conversation'] : []),
    ...(onError === 'stop' || onError === 'skip' ? [] : ['--on-error: stop or skip']),
  ];
  if (mistakes.length > 0 || url === null) return err({ type: 'arguments', mistakes });
  return ok({
    ...{ server: url.origin, profileDir: profile, file, title },
    handle: handle ?? null,
    password: env['KITH_PASSWORD'] ?? null,
    onError: onError === 'stop' ? 'stop' : 'skip',
  });
};

const readOptions = (args: readonly string[]) => {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, strict: true }).values;
  } catch (error) {
    return error instanceof Error ? error.message : String(error); // an unknown or incomplete option: named as it is
  }
};
