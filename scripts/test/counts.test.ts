import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../bootstrap/root.mjs';
import { withPlanted } from '../check/planted.ts';
import { formatCounts, readCounts, sumCounts } from './counts.mjs';

const runIn = (folder: string, entry: string, args: readonly string[]) => {
  const report = join(folder, 'counts.json');
  const { status } = spawnSync(process.execPath, [join(root, 'node_modules', entry), ...args], {
    cwd: folder,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], KITH_COUNTS: report },
  });
  return { status, report };
};

describe('readCounts', () => {
  const read = (report: string | null, exitCode: number) =>
    withPlanted(report === null ? {} : { 'counts.json': report }, (folder) =>
      readCounts('planted', join(folder, 'counts.json'), exitCode),
    );

  it('[GATE-4] takes what a part reports', async () => {
    const report = { passed: 2, failed: 1, skipped: [{ title: 'a', reason: 'no camera' }] };
    expect(await read(JSON.stringify(report), 1)).toEqual(report);
  });

  it.each([
    ['wrote no report', null, 0],
    ['wrote half a report', '{"passed": 2', 0],
    ['ran nothing', '{"passed":0,"failed":0,"skipped":[]}', 0],
    ['ended badly without saying why', '{"passed":2,"failed":0,"skipped":[]}', 137],
  ])('[GATE-4] a part that %s has failed', async (_case, report, exitCode) => {
    expect((await read(report, exitCode)).failed).toBe(1);
  });
});

describe('formatCounts', () => {
  it('[GATE-4] closes with one plain line, reasons for what was skipped above it', () => {
    expect(
      formatCounts(
        sumCounts([
          { passed: 2, failed: 0, skipped: [] },
          { passed: 1, failed: 1, skipped: [] },
        ]),
      ),
    ).toBe('3 passed, 1 failed');
    expect(formatCounts({ passed: 1, failed: 0, skipped: [{ title: 'a', reason: 'no camera' }] })).toBe(
      'skipped: a (no camera)\n1 passed, 0 failed, 1 skipped',
    );
  });
});

describe('the reporters', () => {
  it('[GATE-4] Vitest: every outcome is counted, also a file that cannot be read', async () => {
    const files = {
      'vitest.config.ts': `export default { test: { include: ['*.test.ts'], reporters: ['${root}/scripts/test/vitest-counts.ts'] } };`,
      'a.test.ts': `import { expect, it } from 'vitest';
        it('passes', () => {});
        it('fails', () => expect(1).toBe(2));
        it('is skipped', (context) => context.skip('no camera'));`,
      'b.test.ts': `import './gone.ts';`,
    };
    const counts = await withPlanted(files, (folder) => {
      const { status, report } = runIn(folder, 'vitest/vitest.mjs', ['run', '--root', folder]);
      expect(status).toBe(1);
      return JSON.parse(readFileSync(report, 'utf8')) as unknown;
    });
    expect(counts).toEqual({ passed: 1, failed: 2, skipped: [{ title: 'is skipped', reason: 'no camera' }] });
  });

  it('[GATE-4] Playwright: every outcome is counted, also a file that cannot be read', async () => {
    const files = {
      'playwright.config.ts': `export default { testDir: '.', testMatch: '*.spec.ts', reporter: [['${root}/scripts/test/playwright-counts.ts']] };`,
      'a.spec.ts': `import { expect, test } from '@playwright/test';
        test('passes', () => {});
        test('fails', () => expect(1).toBe(2));
        test('is skipped', () => test.skip(true, 'no camera'));`,
    };
    const counts = await withPlanted(files, (folder) => {
      runIn(folder, '@playwright/test/cli.js', ['test', '--config', folder]);
      return JSON.parse(readFileSync(join(folder, 'counts.json'), 'utf8')) as unknown;
    });
    expect(counts).toEqual({
      passed: 1,
      failed: 1,
      skipped: [{ title: 'is skipped', reason: 'no camera' }],
    });
    const broken = await withPlanted({ ...files, 'b.spec.ts': `import './gone.ts';` }, (folder) => {
      const { status, report } = runIn(folder, '@playwright/test/cli.js', ['test', '--config', folder]);
      return readCounts('planted', report, status ?? 1);
    });
    expect(broken.failed).toBeGreaterThan(0);
  });
});
