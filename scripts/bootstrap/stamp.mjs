/** Remembers what a step was last done for, so that it is done again only when that changed. [RUN-1] */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from './root.mjs';

/** @param {string} name */
export const readStamp = (name) => {
  try {
    return readFileSync(join(cacheFolder, name), 'utf8');
  } catch {
    // Never done, or node_modules was deleted: both mean that the step is due.
    return null;
  }
};

/**
 * @param {string} name
 * @param {string} value
 */
export const writeStamp = (name, value) => {
  mkdirSync(cacheFolder, { recursive: true });
  writeFileSync(join(cacheFolder, name), value);
};

const PASSED_OVER = new Set(['node_modules', 'dist', 'dist-types', 'e2e', 'test']);

/** @param {string} path @returns {string[]} */
const filesUnder = (path) =>
  readdirSync(path, { withFileTypes: true })
    .filter((entry) => !PASSED_OVER.has(entry.name) && !/\.test\.tsx?$/.test(entry.name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => (entry.isDirectory() ? filesUnder(join(path, entry.name)) : [join(path, entry.name)]));

/**
 * One hash over the names and contents of files and folders that reach a build; tests do not. Cost: reads them all.
 *
 * @param {string} base
 * @param {readonly string[]} files
 * @param {readonly string[]} folders
 */
export const hashOf = (base, files, folders = []) => {
  const hash = createHash('sha256');
  for (const file of [
    ...files.map((name) => join(base, name)),
    ...folders.flatMap((name) => filesUnder(join(base, name))),
  ]) {
    hash
      .update(`${file.slice(base.length)}\0`)
      .update(readFileSync(file))
      .update('\0');
  }
  return hash.digest('hex');
};
