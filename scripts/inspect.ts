/** `npm run inspect -- DOCUMENT [--data DIR] [--json]`: what a server has stored of one document. */
import { formatReport } from './inspect/format-report.ts';
import { inspect } from './inspect/inspect.ts';
import { parseInspectArguments, USAGE } from './inspect/inspect-arguments.ts';

const EXIT_USAGE = 64;
const EXIT_FAILED = 1;

const parsed = parseInspectArguments(process.argv.slice(2), process.env);
if (!parsed.ok) {
  process.stderr.write(`${parsed.error.mistakes.join('\n')}\n\n${USAGE}\n`);
  process.exit(EXIT_USAGE);
}
const report = await inspect(parsed.value);
if (report.ok)
  process.stdout.write(`${parsed.value.json ? JSON.stringify(report.value) : formatReport(report.value)}\n`);
else {
  process.stderr.write(`${report.error.message}\n`);
  process.exitCode = EXIT_FAILED;
}
