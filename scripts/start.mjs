/** `npm start`: from a bare clone to a running Kith, with whatever Node is there. */
import { ensureClientBuilt } from './bootstrap/build-client.mjs';
import { SERVER_FLAGS } from './bootstrap/node-24.mjs';
import { prepare } from './bootstrap/prepare.mjs';
import { run } from './bootstrap/run.mjs';

const node = await prepare();
const ready = node !== null && (await ensureClientBuilt(node));
process.exitCode = ready ? await run(node, [...SERVER_FLAGS, 'scripts/serve/main.ts']) : 1;
