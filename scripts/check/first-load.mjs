/** Which files of the built client a browser needs before the app works: what the page and the worker load at once. [GATE-6] */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** `from"./a.js"` and `import"./a.js"`, as bundlers write them; `import("./a.js")` is loaded later. */
const STATIC_IMPORT = /(?:\bfrom|\bimport)\s*["']\.\/([\w.-]+\.js)["']/g;
const REFERENCE = /<(?:script|link)\b[^>]*?\b(?:src|href)="\/(assets\/[\w.-]+\.(?:js|css))"/g;

/**
 * Paths relative to `dist`. A part that is not found is an error: nothing would be measured, and it would seem small.
 *
 * @param {string} dist
 * @returns {{ readonly page: readonly string[], readonly worker: readonly string[] }}
 */
export const firstLoadOf = (dist) => {
  const html = readFileSync(join(dist, 'index.html'), 'utf8');
  const page = [...html.matchAll(REFERENCE)].map((match) => match[1] ?? '');
  const worker = readdirSync(join(dist, 'assets'))
    .filter((file) => /worker.*\.js$/.test(file))
    .map((file) => `assets/${file}`);
  if (page.length === 0 || worker.length === 0)
    throw new Error(`${dist} has no ${page.length === 0 ? 'page' : 'worker'}`);
  return { page: withImports(dist, page), worker: withImports(dist, worker) };
};

/** @param {string} dist @param {readonly string[]} entries */
const withImports = (dist, entries) => {
  const found = new Set(entries);
  for (const file of found) {
    if (!file.endsWith('.js')) continue;
    for (const [, imported] of readFileSync(join(dist, file), 'utf8').matchAll(STATIC_IMPORT)) {
      if (existsSync(join(dist, 'assets', imported ?? ''))) found.add(`assets/${imported}`);
    }
  }
  return [...found];
};
