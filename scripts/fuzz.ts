/** `npm run fuzz -- [--minutes N] [--seed S] [--only NAME]`: fresh random histories, until time or Ctrl-C ends them. */
import { parseFuzzArguments, USAGE } from './fuzz/fuzz-arguments.ts';
import { runFuzz } from './fuzz/run-fuzz.ts';

const EXIT_USAGE = 64;
const EXIT_FOUND = 1;

const parsed = parseFuzzArguments(process.argv.slice(2));
if (!parsed.ok) {
  process.stderr.write(`${parsed.error.mistakes.join('\n')}\n\n${USAGE}\n`);
  process.exit(EXIT_USAGE);
}
const abort = new AbortController();
process.once('SIGINT', () => abort.abort());
process.once('SIGTERM', () => abort.abort());
const result = await runFuzz(parsed.value, {
  print: (text) => process.stdout.write(text),
  isTerminal: process.stdout.isTTY === true,
  now: () => Date.now(),
  freshSeed: () => Math.floor(Math.random() * 2 ** 31),
  signal: abort.signal,
});
// engines of a run that failed may still be waiting for something
process.exit(result === 'clean' ? 0 : EXIT_FOUND);
