/** `node scripts/run.mjs <file.ts> [arguments]`: a script of ours under the Node that runs TypeScript. */
import { prepare } from './bootstrap/prepare.mjs';
import { run } from './bootstrap/run.mjs';

const node = await prepare();
process.exitCode = node === null ? 1 : await run(node, process.argv.slice(2));
