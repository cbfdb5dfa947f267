import { mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { runCommand } from './run-command.ts';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const MODULES = join(HERE, '..', '..', 'node_modules');

it('[SRV-4] tests that need a server which cannot be had fail one by one and say why; the others run', async () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'kith-planted-')));
  symlinkSync(MODULES, join(folder, 'node_modules'));
  const outputFile = join(folder, 'report.json');
  const config = {
    include: ['*.test.ts'],
    globalSetup: join(HERE, 'vitest-services.ts'),
    reporters: ['json'],
    outputFile,
  };
  writeFileSync(join(folder, 'vitest.config.ts'), `export default { test: ${JSON.stringify(config)} };`);
  writeFileSync(
    join(folder, 'planted.test.ts'),
    `import { describe, expect, it } from 'vitest';
     import { testRedis } from '${join(HERE, 'test', 'test-services.ts')}';
     describe('with Redis', () => {
       const redis = testRedis();
       it('one', () => expect(redis.url).toBe(''));
       it('two', () => expect(redis.url).toBe(''));
     });
     it('three', () => {});`,
  );
  const { code } = await runCommand(
    process.execPath,
    [join(MODULES, 'vitest', 'vitest.mjs'), 'run', '--root', folder],
    { cwd: folder, env: { REDIS_URL: 'redis://127.0.0.1:1' }, limitMs: 25_000 },
  );
  const report = readFileSync(outputFile, 'utf8');
  rmSync(folder, { recursive: true, force: true });
  expect(code).toBe(1);
  expect(JSON.parse(report)).toMatchObject({ numPassedTests: 1, numFailedTests: 2, numPendingTests: 0 });
  expect(report.split('REDIS_URL is set, but what it names does not answer')).toHaveLength(3);
});
