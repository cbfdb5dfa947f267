/** The files that the checks read: what we wrote, wherever it stands. Works without git, so also on a release archive. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

export interface SourceFile {
  /** From the root, with `/` between parts. */
  readonly path: string;
  readonly text: string;
}

/** What is wrong, in one line; the place first. */
export interface Finding {
  readonly path: string;
  readonly line?: number;
  readonly message: string;
}

const SOURCE = /\.(?:ts|tsx|mjs|js|css)$/;
const PASSED_OVER = new Set(['node_modules', 'dist', 'dist-types', 'data', 'coverage', 'test-results', 'results']);

export const readSourceFiles = (root: string): SourceFile[] => filesUnder(root).map((path) => readSource(root, path));

const readSource = (root: string, path: string): SourceFile => ({
  path: relative(root, path).replaceAll('\\', '/'),
  text: readFileSync(path, 'utf8'),
});

const filesUnder = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => !name.startsWith('.') && !PASSED_OVER.has(name))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return filesUnder(path);
      return entry.isFile() && SOURCE.test(entry.name) ? [path] : [];
    });

export const isTest = (path: string): boolean =>
  /\.(?:test|spec)\.tsx?$/.test(path) || /(?:^|\/)(?:test|e2e)\//.test(path);

export const lineOf = (text: string, index: number): number => text.slice(0, index).split('\n').length;

export const formatFinding = ({ path, line, message }: Finding): string =>
  `${path}${line === undefined ? '' : `:${line}`}  ${message}`;
