/** Builds client/dist, only when something that goes into it changed. [RUN-1] */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root.mjs';
import { run } from './run.mjs';
import { hashOf, readStamp, writeStamp } from './stamp.mjs';

const VITE = join(root, 'node_modules', 'vite', 'bin', 'vite.js');

/**
 * @param {string} node
 * @returns {Promise<boolean>} whether client/dist is what the sources say
 */
export const ensureClientBuilt = async (node) => {
  const wanted = hashOf(root, ['package-lock.json'], ['client', 'schema/src']);
  if (existsSync(join(root, 'client', 'dist', 'index.html')) && readStamp('client-built') === wanted) return true;
  console.log('Building the client.');
  const code = await run(node, [VITE, 'build', '--logLevel', 'warn'], { cwd: join(root, 'client'), stdout: 'ignore' });
  if (code === 0) writeStamp('client-built', wanted);
  else console.error('The client could not be built; the lines above say why.');
  return code === 0;
};
