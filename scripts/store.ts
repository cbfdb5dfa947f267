/** `npm run store -- copy --from PLACE --to PLACE`: all of a server's data from files into a database, or back. */
import { endWithUsage, runCommand } from './store/command.ts';
import { runCopy } from './store/run-copy.ts';
import { parseStoreArguments, USAGE } from './store/store-arguments.ts';

const parsed = parseStoreArguments(process.argv.slice(2));
if (parsed.ok) await runCommand((surroundings) => runCopy(parsed.value, surroundings));
else endWithUsage(parsed.error.mistakes, USAGE);
