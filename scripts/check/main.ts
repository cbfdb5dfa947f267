/**
 * `npm run check`: format, lint, types, dead code, import boundaries, sizes, rules and tests. `--no-size` is content
 * without a build to measure. `npm test` takes the counts from the file named by `KITH_COUNTS`.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createChecks } from './checks.ts';
import { readSourceFiles } from './source-files.ts';

const { values } = parseArgs({ options: { 'no-size': { type: 'boolean' } } });
const root = fileURLToPath(new URL('../..', import.meta.url));
const withSize = values['no-size'] !== true || existsSync(join(root, 'client', 'dist', 'index.html'));
const checks = createChecks({ root, files: readSourceFiles(root), withSize });
if (!withSize) console.log('skip  client size: there is no build, and --no-size allows that');

const outcomes = await Promise.all(
  checks.map(async (check) => {
    const startedAt = performance.now();
    const complaint = await check.run().catch((error: unknown) => String(error));
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    console.log(
      complaint === null ? `ok    ${check.name} (${seconds} s)` : `FAIL  ${check.name}\n${indent(complaint)}`,
    );
    return complaint === null;
  }),
);
const failed = outcomes.filter((isOk) => !isOk).length;
const countsFile = process.env['KITH_COUNTS'];
if (countsFile !== undefined) {
  writeFileSync(countsFile, JSON.stringify({ passed: outcomes.length - failed, failed, skipped: [] }));
}
process.exitCode = failed === 0 ? 0 : 1;

function indent(text: string): string {
  return text.replaceAll(/^/gm, '      ');
}
