import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../bootstrap/root.mjs';
import { runTool } from './command-check.ts';
import { withPlanted } from './planted.ts';

/** The tool's answer about planted files: its configuration is the repository's own. */
const ask = (
  files: Readonly<Record<string, string>>,
  configuration: readonly string[],
  entry: string,
  ...args: string[]
) =>
  withPlanted(files, (folder) => {
    for (const file of configuration) copyFileSync(join(root, file), join(folder, file));
    return runTool(root, entry, args, folder);
  });
const TSCONFIG = JSON.stringify({ extends: './tsconfig.base.json', include: ['*.ts'] });

describe('the tools of the gate', () => {
  it.each([
    ['a promise left alone', 'const f = async () => 1;\nexport const g = () => {\n  f();\n};\n', 'noFloatingPromises'],
    ['any', 'export const f = (x: any): number => x;\n', 'noExplicitAny'],
    ['a default export', 'const f = 1;\nexport default f;\n', 'noDefaultExport'],
    ['unformatted code', 'export const f=( 1 )\n', 'Formatter would have printed'],
  ])('[GATE-5] format and lint find %s', async (_fault, text, complaint) => {
    const files = { 'a.ts': text, '.gitignore': '' };
    const { code, output } = await ask(
      files,
      ['biome.json'],
      '@biomejs/biome/bin/biome',
      'check',
      '--vcs-enabled=false',
    );
    expect(output).toContain(complaint);
    expect(code).toBe(1);
  });

  it('[GATE-5] types find an index that may be missing', async () => {
    const files = { 'a.ts': 'export const f = (x: string[]): string => x[0];\n', 'tsconfig.json': TSCONFIG };
    const { code, output } = await ask(files, ['tsconfig.base.json'], 'typescript/bin/tsc', '-b');
    expect(output).toContain('TS2322');
    expect(code).not.toBe(0);
  });

  it('[GATE-5] dead code finds an export that nobody uses', async () => {
    const files = {
      'package.json': '{ "name": "planted", "type": "module", "main": "main.ts" }',
      'main.ts': "import { used } from './a.ts';\nconsole.log(used);\n",
      'a.ts': 'export const used = 1;\nexport const unused = 2;\n',
    };
    const { code, output } = await ask(files, [], 'knip/bin/knip.js', '--no-progress');
    expect(output).toContain('unused');
    expect(code).toBe(1);
  });

  it('[GATE-5] the client size finds a file above its limit', async () => {
    const files = {
      'package.json': '{ "name": "planted", "devDependencies": { "@size-limit/file": "*" } }',
      '.size-limit.json': '[{ "path": "a.js", "limit": "1 kB", "gzip": true }]',
      'a.js': Array.from({ length: 2_000 }, (_, i) => Math.imul(i, 2_654_435_761).toString(36)).join(''),
    };
    const { code, output } = await ask(files, [], 'size-limit/bin.js');
    expect(output).toContain('exceeded');
    expect(code).toBe(1);
  });
});
