/**
 * `npm run setup [-- --domain NAME --mail ADDRESS]`: writes .env for docker-compose.yml. Plain JavaScript without packages,
 * as it runs on servers that have nothing installed: Node 20 is enough.
 */
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { root } from './bootstrap/root.mjs';
import { runSetup } from './setup/run-setup.mjs';

const EXIT_INTERRUPTED = 130;

const isTerminal = process.stdin.isTTY === true;
const terminal = isTerminal ? createInterface({ input: process.stdin, output: process.stdout }) : null;
// Ctrl-C and Ctrl-D both close it, and a question that was asked is then never answered.
process.exitCode = EXIT_INTERRUPTED;
terminal?.once('close', () => process.exit());

process.exitCode = await runSetup(process.argv.slice(2), {
  file: join(root, '.env'),
  ask: terminal === null ? null : (question) => terminal.question(question),
  print: (line) => process.stdout.write(`${line}\n`),
  complain: (line) => process.stderr.write(`${line}\n`),
  random: (/** @type {Uint8Array<ArrayBuffer>} */ bytes) => crypto.getRandomValues(bytes),
});
terminal?.close();
