/** Brings node_modules to what package-lock.json says, only when it is not there yet. [RUN-1] */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root.mjs';
import { run } from './run.mjs';
import { hashOf, readStamp, writeStamp } from './stamp.mjs';

/** `npm ci` refuses a lock file that lacks other platforms' optional parts; `install` honours the versions all the same. */
const INSTALL = ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'];

/** @returns {Promise<boolean>} whether everything is there now */
export const ensureInstalled = async () => {
  const wanted = hashOf(root, ['package-lock.json']);
  if (existsSync(join(root, 'node_modules', '.package-lock.json')) && readStamp('installed') === wanted) return true;
  console.log('Installing what is missing; the first time takes about a minute.');
  const npm = process.env.npm_execpath;
  // The PATH of the caller: a node_modules that is being replaced must not run its own replacement.
  const options = { env: process.env, stdout: /** @type {const} */ ('ignore') };
  const code = npm?.endsWith('.js')
    ? await run(process.execPath, [npm, ...INSTALL], options)
    : await run('npm', INSTALL, options);
  if (code === 0) writeStamp('installed', wanted);
  else console.error('npm install failed; the lines above say why. Is the package registry reachable?');
  return code === 0;
};
