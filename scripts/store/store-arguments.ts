/** The command line of `npm run store`: every mistake named at once. [BAK-3] */
import { parseArgs } from 'node:util';
import { err, ok, type Result } from '@kith/schema/result';
import { withoutPassword } from '../serve/config.ts';
import { PLACE_FORM, type PlaceAddress, parsePlace } from './place-address.ts';

export interface StoreArguments {
  readonly from: PlaceAddress;
  readonly to: PlaceAddress;
}

export const USAGE = `npm run store -- copy --from PLACE --to PLACE
  PLACE   ${PLACE_FORM}
  No server may run on either; the second must be empty.`;

interface ArgumentsError {
  readonly type: 'arguments';
  readonly mistakes: readonly string[];
}

const OPTIONS = { from: { type: 'string' }, to: { type: 'string' } } as const;

export const parseStoreArguments = (args: readonly string[]): Result<StoreArguments, ArgumentsError> => {
  const given = readArguments(args);
  if (typeof given === 'string') return err({ type: 'arguments', mistakes: [given] });
  const { values, positionals } = given;
  const [from, to] = [parsePlace(values.from ?? ''), parsePlace(values.to ?? '')];
  const isOnPlace = JSON.stringify(from) === JSON.stringify(to);
  const mistakes = [
    ...(positionals.join(' ') === 'copy' ? [] : ['what to do with the stores? There is: copy']),
    ...(from === null ? [mistakeOf('--from', values.from)] : []),
    ...(to === null ? [mistakeOf('--to', values.to)] : []),
    ...(from !== null && isOnPlace ? ['--from and --to are the same place'] : []),
  ];
  if (mistakes.length > 0 || from === null || to === null) return err({ type: 'arguments', mistakes });
  return ok({ from, to });
};

const mistakeOf = (option: string, given: string | undefined): string =>
  `${option}: ${PLACE_FORM}${given === undefined ? '' : `, not ${withoutPassword(given)}`}`;

const readArguments = (args: readonly string[]) => {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, strict: true, allowPositionals: true });
  } catch (error) {
    return error instanceof Error ? error.message : String(error); // an unknown or incomplete option: named as it is
  }
};
