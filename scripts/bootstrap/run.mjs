/**
 * Runs one command as a child whose output, signals and exit code are this process's own. Node 20 must be able to run
 * everything in this folder: it works before anything is installed.
 */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { delimiter, join } from 'node:path';
import { root } from './root.mjs';

/** The environment of every child: the tools and the Node that the lock file pins come first on the path. */
export const childEnv = () => ({
  ...process.env,
  PATH: [join(root, 'node_modules', '.bin'), process.env.PATH ?? ''].join(delimiter),
});

/**
 * Resolves to the exit code, 128 + signal when the child was killed, 127 when it could not be started. `timeoutMs`
 * ends it with SIGTERM, then SIGKILL five seconds later.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, timeoutMs?: number, stdout?: 'inherit' | 'ignore' }} [options]
 * @returns {Promise<number>}
 */
export const run = (command, args, options = {}) =>
  new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: options.cwd ?? root,
      env: options.env ?? childEnv(),
      stdio: ['inherit', options.stdout ?? 'inherit', 'inherit'],
    });
    // Ctrl-C reaches the child through its terminal as well; it takes a signal twice without harm.
    const forward = (/** @type {NodeJS.Signals} */ signal) => child.kill(signal);
    const timers = options.timeoutMs === undefined ? [] : endAfter(child, options.timeoutMs);
    process.on('SIGINT', forward).on('SIGTERM', forward);
    const done = (/** @type {number} */ code) => {
      process.off('SIGINT', forward).off('SIGTERM', forward);
      for (const timer of timers) clearTimeout(timer);
      resolve(code);
    };
    child.once('error', (error) => {
      console.error(`${command} could not be started: ${error.message}`);
      done(127);
    });
    child.once('exit', (code, signal) => done(code ?? 128 + constants.signals[signal ?? 'SIGKILL']));
  });

/**
 * @param {import('node:child_process').ChildProcess} child
 * @param {number} timeoutMs
 */
const endAfter = (child, timeoutMs) => [
  setTimeout(() => child.kill('SIGTERM'), timeoutMs),
  setTimeout(() => child.kill('SIGKILL'), timeoutMs + 5_000),
];
