/** The gate, part by part: each gives what is wrong as text, null when nothing is. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CommandResult, runTool } from './command-check.ts';
import { findLongFiles } from './file-size.ts';
import { findForbiddenImports } from './import-boundaries.ts';
import { findUncitedRules } from './rules-cited.ts';
import { type Finding, formatFinding, type SourceFile } from './source-files.ts';

export interface Check {
  readonly name: string;
  run(): Promise<string | null>;
}

export interface ChecksDeps {
  readonly root: string;
  readonly files: readonly SourceFile[];
  /** False leaves the client's size out. */
  readonly withSize: boolean;
}

export const createChecks = ({ root, files, withSize }: ChecksDeps): Check[] => {
  const tool = (name: string, entry: string, ...args: string[]): Check => ({
    name,
    run: async () => complaintOf(await runTool(root, entry, args)),
  });
  const own = (name: string, find: () => readonly Finding[]): Check => ({
    name,
    run: async () => find().map(formatFinding).join('\n') || null,
  });
  return [
    own('import boundaries', () => findForbiddenImports(files)),
    own('file size', () => findLongFiles(files)),
    own('rules and tests', () => findUncitedRules(readFileSync(join(root, 'SPEC.md'), 'utf8'), files)),
    tool('format and lint', '@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '--max-diagnostics=50'),
    tool('types', 'typescript/bin/tsc', '-b'),
    tool('dead code', 'knip/bin/knip.js', '--no-progress', '--treat-config-hints-as-errors'),
    ...(withSize ? [clientSize(root, tool('client size', 'size-limit/bin.js'))] : []),
  ];
};

const complaintOf = ({ code, output }: CommandResult): string | null =>
  code === 0 ? null : output || `ended with code ${code} and said nothing`;

const clientSize = (root: string, measure: Check): Check => ({
  name: measure.name,
  run: async () =>
    existsSync(join(root, 'client', 'dist', 'index.html'))
      ? measure.run()
      : 'there is no build to measure: npm run build, or leave it out with --no-size',
});
