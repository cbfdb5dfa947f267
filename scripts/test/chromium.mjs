/** Finds the browser for the browser tests, or installs it where that is allowed. */
import { accessSync, constants, existsSync } from 'node:fs';
import { run } from '../bootstrap/run.mjs';

const USUAL_PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/lib/chromium/chromium',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/snap/bin/chromium',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** @returns {string | null} */
const findChromium = () => {
  const named = process.env.CHROMIUM;
  return (named ? [named] : USUAL_PLACES).find(isExecutable) ?? null;
};

/** @param {string} path */
const isExecutable = (path) => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** Null, after saying what to do, when there is none and none may be installed. @returns {Promise<string | null>} */
export const ensureChromium = async () => {
  const found = findChromium();
  if (found !== null) return found;
  if (process.env.CHROMIUM) {
    console.error(`CHROMIUM=${process.env.CHROMIUM} is no program that can be run.`);
    return null;
  }
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    console.log('Installing Chromium for the browser tests.');
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const quiet = { env, stdout: /** @type {const} */ ('ignore') };
    await run('apt-get', ['update', '-qq'], quiet);
    await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], quiet);
  }
  const installed = findChromium();
  if (installed === null) {
    console.error(
      'The browser tests need Chromium. On Debian or Ubuntu: sudo apt-get install chromium. ' +
        'Elsewhere install Chromium or Chrome, and name it: CHROMIUM=/path/to/chromium npm test',
    );
  }
  return installed;
};
