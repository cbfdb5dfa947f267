/** The checkout, and where what is only worth keeping between two runs is kept. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/[/\\]$/, '');
export const cacheFolder = join(root, 'node_modules', '.cache', 'kith');
