/** `npm run build`: client/dist, as the server serves it. */
import { ensureClientBuilt } from './bootstrap/build-client.mjs';
import { prepare } from './bootstrap/prepare.mjs';

const node = await prepare();
process.exitCode = node !== null && (await ensureClientBuilt(node)) ? 0 : 1;
