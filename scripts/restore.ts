/** `npm run restore -- --from FILE [--data DIR] [--replace]`: a server as it was when the backup was made. */
import { parseRestoreArguments, RESTORE_USAGE } from './backup/backup-arguments.ts';
import { askPassphrase } from './backup/passphrase.ts';
import { runRestore } from './backup/run-restore.ts';
import { endWithUsage, runCommand } from './store/command.ts';

const parsed = parseRestoreArguments(process.argv.slice(2), process.env);
if (parsed.ok)
  await runCommand((about) => runRestore(parsed.value, about, () => askPassphrase(process.env, about.signal)));
else endWithUsage(parsed.error.mistakes, RESTORE_USAGE);
