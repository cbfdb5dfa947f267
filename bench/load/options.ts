/** What the bench may be told, beside what it does untold. */
import { parseArgs } from 'node:util';

const DEFAULTS = {
  /** Server processes. With 2, one alone is measured first, both over what the environment names as shared. */
  nodes: '1',
  connections: '2000',
  conversations: '200',
  /** Of each of the two kinds of load, over all rounds. */
  minutes: '5',
  rounds: '5',
  /** Messages a second at the fixed rate. */
  rate: '50',
  /** Messages under way at the maximal rate. */
  outstanding: '512',
  generators: '2',
} as const;

type Options = Readonly<Record<keyof typeof DEFAULTS, number>>;

/** @throws Error that names the option, or what several nodes lack */
export const parseOptions = (args: readonly string[], env: Readonly<Record<string, string | undefined>>): Options => {
  const options = Object.fromEntries(
    Object.entries(DEFAULTS).map(([name, value]) => [name, { type: 'string', default: value }] as const),
  );
  const { values } = parseArgs({ args: [...args], options });
  const parsed = Object.fromEntries(
    Object.entries(values).map(([name, text]) => {
      const value = Number(text);
      if (!(value > 0)) throw new RangeError(`--${name} must be a number above 0, not ${text}`);
      return [name, value];
    }),
  ) as Options;
  if (parsed.nodes > 1 && !(env['DATABASE_URL'] && env['REDIS_URL']))
    throw new Error('several nodes need DATABASE_URL and REDIS_URL, which they share');
  return parsed;
};
