/** `node scripts/run.mjs <file.ts> [arguments]`: a script of ours under the Node that runs TypeScript. */
import { NODE_FLAGS } from './bootstrap/node-24.mjs';
import { prepare } from './bootstrap/prepare.mjs';
import { run } from './bootstrap/run.mjs';

const node = await prepare();
process.exitCode = node === null ? 1 : await run(node, [...NODE_FLAGS, ...process.argv.slice(2)]);
