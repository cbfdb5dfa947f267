/** Finds the Node that runs TypeScript without a build: the one the lock file pins, or a newer one. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root.mjs';

const LEAST_MAJOR = 24;

/** Libraries try new parts of WebCrypto; that Node calls them experimental is no news to who runs Kith. */
export const NODE_FLAGS = ['--disable-warning=ExperimentalWarning'];

/**
 * The server's too. Its garbage is short-lived: with a nursery of 8 MB it is collected before memory is taken for it. An
 * import of 120,000 messages peaks at 280 MB instead of 390, at the same speed.
 */
export const SERVER_FLAGS = [...NODE_FLAGS, '--max-semi-space-size=8'];

/** Null, after saying what to do, when there is none. @returns {string | null} */
export const findNode24 = () => {
  const installed = join(root, 'node_modules', '.bin', 'node');
  if (existsSync(installed)) return installed;
  if (Number(process.versions.node.split('.')[0]) >= LEAST_MAJOR) return process.execPath;
  console.error(
    `Kith needs Node ${LEAST_MAJOR} or newer, and there is no packaged one for ${process.platform} ${process.arch}.\n` +
      `This is Node ${process.versions.node}. Install a newer one from nodejs.org and start again.`,
  );
  return null;
};
