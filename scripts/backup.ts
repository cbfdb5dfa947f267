/** `npm run backup -- --to FILE [--data DIR] [--encrypt]`: all of a server's data in one file, while it runs. */
import { BACKUP_USAGE, parseBackupArguments } from './backup/backup-arguments.ts';
import { askNewPassphrase } from './backup/passphrase.ts';
import { runBackup } from './backup/run-backup.ts';
import { endWithUsage, runCommand } from './store/command.ts';

const parsed = parseBackupArguments(process.argv.slice(2), process.env);
if (parsed.ok)
  await runCommand((about) => runBackup(parsed.value, about, () => askNewPassphrase(process.env, about.signal)));
else endWithUsage(parsed.error.mistakes, BACKUP_USAGE);
