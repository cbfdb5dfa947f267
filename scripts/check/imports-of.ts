/** Reads the imports of a module: static, re-exported, dynamic, type-only. Enough for our own formatted sources. */
import { posix } from 'node:path';
import { lineOf, type SourceFile } from './source-files.ts';

export interface Import {
  /** As written. */
  readonly specifier: string;
  /** From the root when it is a file of ours, otherwise the specifier. */
  readonly target: string;
  readonly line: number;
}

/** `import … from '…'` and `export … from '…'` at the start of a line, `import '…'`, and `import('…')` anywhere. */
const STATIC = /^(?:import|export)\s(?:[^'"`;]*?\sfrom\s+)?['"]([^'"]+)['"]/gm;
const DYNAMIC = /\bimport\(\s*['"]([^'"]+)['"]/g;

const WORKSPACE = /^@kith\/(schema|auth|sync-server|client)(?:\/|$)/;

export const importsOf = ({ path, text }: SourceFile): Import[] =>
  [...text.matchAll(STATIC), ...text.matchAll(DYNAMIC)].map((match) => {
    const specifier = match[1] ?? '';
    const target = specifier.startsWith('.') ? posix.join(posix.dirname(path), specifier) : specifier;
    return { specifier, target, line: lineOf(text, match.index) };
  });

/** `schema`, `auth` …: the workspace that a path or a package name of ours belongs to; null for what is not ours. */
export const workspaceOf = (target: string): string | null =>
  WORKSPACE.exec(target)?.[1] ?? /^(schema|auth|sync-server|client|scripts|bench)\//.exec(target)?.[1] ?? null;
