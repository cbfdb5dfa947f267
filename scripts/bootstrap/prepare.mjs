/** The first step of every command: what is missing is installed, and the Node to go on with is found. */

import { ensureInstalled } from './install.mjs';
import { findNode24 } from './node-24.mjs';

/** Null, after saying why, when the command cannot run. @returns {Promise<string | null>} */
export const prepare = async () => ((await ensureInstalled()) ? findNode24() : null);
