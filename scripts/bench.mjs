/** `npm run bench -- <name> [arguments]`: bench/<name>.ts against the built product, in a process of its own. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ensureClientBuilt } from './bootstrap/build-client.mjs';
import { NODE_FLAGS } from './bootstrap/node-24.mjs';
import { prepare } from './bootstrap/prepare.mjs';
import { root } from './bootstrap/root.mjs';
import { run } from './bootstrap/run.mjs';

/** What benches share. */
const LIBRARY = new Set(['report', 'statistics']);

const benches = () =>
  readdirSync(join(root, 'bench'))
    .filter((file) => /^[\w-]+\.ts$/.test(file))
    .map((file) => file.slice(0, -'.ts'.length))
    .filter((name) => !LIBRARY.has(name));

/** @param {string | undefined} name @param {readonly string[]} args @returns {Promise<number>} the exit code */
const runBench = async (name, args) => {
  if (name === undefined || !/^[\w-]+$/.test(name) || !existsSync(join(root, 'bench', `${name}.ts`))) {
    console.error(`Usage: npm run bench -- <name>, where <name> is one of: ${benches().join(', ')}`);
    return 64;
  }
  const node = await prepare();
  if (node === null || !(await ensureClientBuilt(node))) return 1;
  return run(node, [...NODE_FLAGS, '--expose-gc', `bench/${name}.ts`, ...args]);
};

const [name, ...args] = process.argv.slice(2);
process.exitCode = await runBench(name, args);
