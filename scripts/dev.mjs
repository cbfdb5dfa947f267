/**
 * `npm run dev`: the server, restarted when its sources change, behind Vite, which shows changes of the client at once.
 * Data in `./data/dev`, so that experiments do not reach what `npm start` keeps.
 */
import { join } from 'node:path';
import { SERVER_FLAGS } from './bootstrap/node-24.mjs';
import { prepare } from './bootstrap/prepare.mjs';
import { root } from './bootstrap/root.mjs';
import { childEnv, run } from './bootstrap/run.mjs';

const PAGE = 'http://localhost:5173';
const SERVER_PORT = process.env.PORT ?? '3000';

/** @param {string} node */
const develop = async (node) => {
  const env = { ...childEnv(), PORT: SERVER_PORT, PUBLIC_URL: PAGE, DATA_DIR: join(root, 'data', 'dev') };
  const vite = [join(root, 'node_modules', 'vite', 'bin', 'vite.js'), '--port', '5173', '--strictPort'];
  await Promise.all([
    run(node, [...SERVER_FLAGS, '--watch', 'scripts/serve/main.ts'], { env }),
    run(node, vite, { cwd: join(root, 'client'), env: { ...env, KITH_SERVER: `http://localhost:${SERVER_PORT}` } }),
  ]);
};

const node = await prepare();
if (node === null) process.exitCode = 1;
else await develop(node);
