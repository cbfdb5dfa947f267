/**
 * `npm test`: everything. The gate, unit and contract tests, the build, browser tests; each runs even when one before it
 * failed. `--long` (`npm run test:long`) raises the counts of fuzz, kill and load tests.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensureClientBuilt } from './bootstrap/build-client.mjs';
import { prepare } from './bootstrap/prepare.mjs';
import { cacheFolder } from './bootstrap/root.mjs';
import { childEnv, run } from './bootstrap/run.mjs';
import { ensureChromium } from './test/chromium.mjs';
import { formatCounts, readCounts, sumCounts } from './test/counts.mjs';

const isLong = process.argv.includes('--long');
const MINUTE_MS = 60_000 * (isLong ? 20 : 1);

/** @param {string} node @returns {Promise<boolean>} whether nothing failed */
const testEverything = async (node) => {
  const isBuilt = await ensureClientBuilt(node);
  const chromium = await ensureChromium();
  // What cannot be had is told here with what to do; the tests that need it fail.
  await run(node, ['scripts/services/main.ts'], { timeoutMs: 30 * 60_000 });
  const part = partRunner(node, chromium);
  const checks = await part('checks', ['scripts/check/main.ts', ...(isBuilt ? [] : ['--no-size'])], 3 * MINUTE_MS);
  const units = await part('unit and contract tests', ['node_modules/vitest/vitest.mjs', 'run'], 12 * MINUTE_MS);
  const inBrowser =
    isBuilt && chromium !== null
      ? await part('browser tests', ['node_modules/@playwright/test/cli.js', 'test'], 8 * MINUTE_MS)
      : { passed: 0, failed: 1, skipped: [] };
  const counts = sumCounts([checks, units, inBrowser]);
  console.log(`\n${formatCounts(counts)}`);
  return counts.failed === 0;
};

/**
 * @param {string} node
 * @param {string | null} chromium
 * @returns {(name: string, args: readonly string[], timeoutMs: number) => Promise<import('./test/counts.mjs').Counts>}
 */
const partRunner = (node, chromium) => async (name, args, timeoutMs) => {
  console.log(`\n${name}`);
  const report = join(cacheFolder, `${name.replaceAll(' ', '-')}.json`);
  rmSync(report, { force: true });
  mkdirSync(cacheFolder, { recursive: true });
  const env = {
    ...childEnv(),
    KITH_COUNTS: report,
    ...(isLong ? { LONG: '1' } : {}),
    ...(chromium === null ? {} : { CHROMIUM: chromium }),
  };
  return readCounts(name, report, await run(node, args, { env, timeoutMs }));
};

const node = await prepare();
process.exitCode = node !== null && (await testEverything(node)) ? 0 : 1;
