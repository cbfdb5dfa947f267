/**
 * `npm run import -- --server URL --profile DIR --file F.jsonl[.gz] --title T [--handle H] [--on-error stop|skip]`
 * Brings a history into a conversation of its own: composition root of the import.
 */
import { parseImportArguments, USAGE } from './import/import-arguments.ts';
import { runImport } from './import/run-import.ts';

const EXIT_USAGE = 64;
const EXIT_FAILED = 1;
const EXIT_INTERRUPTED = 130;

const parsed = parseImportArguments(process.argv.slice(2), process.env);
if (!parsed.ok) {
  process.stderr.write(`${parsed.error.mistakes.join('\n')}\n\n${USAGE}\n`);
  process.exit(EXIT_USAGE);
}
const abort = new AbortController();
process.once('SIGINT', () => abort.abort());
process.once('SIGTERM', () => abort.abort());
try {
  const result = await runImport(parsed.value, {
    print: (text) => process.stdout.write(text),
    isTerminal: process.stdout.isTTY === true,
    now: () => Date.now(),
    signal: abort.signal,
  });
  process.exitCode = result === 'done' ? 0 : result === 'interrupted' ? EXIT_INTERRUPTED : EXIT_FAILED;
} catch (error) {
  process.stderr.write(
    `\n${error instanceof Error ? error.message : String(error)}\nRun the same command again to go on.\n`,
  );
  process.exitCode = EXIT_FAILED;
}
