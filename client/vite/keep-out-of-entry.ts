/**
 * Build check: the interface must not carry the engine. Fails the build when a module of a forbidden package or folder
 * is in a chunk that the page loads at first or later. [BRW-1]
 */
import type { Plugin } from 'vite';

export const keepOutOfEntry = (forbidden: readonly RegExp[]): Plugin => ({
  name: 'kith:keep-out-of-entry',
  apply: 'build',
  generateBundle(_options, bundle) {
    const visit = (fileName: string, seen: Set<string>): void => {
      const chunk = bundle[fileName];
      if (chunk?.type !== 'chunk' || seen.has(fileName)) return;
      seen.add(fileName);
      const intruder = chunk.moduleIds.find((id) => forbidden.some((pattern) => pattern.test(id)));
      if (intruder !== undefined) this.error(`${fileName} is loaded by the page, but carries ${intruder}`);
      for (const imported of [...chunk.imports, ...chunk.dynamicImports]) visit(imported, seen);
    };
    const seen = new Set<string>();
    for (const [fileName, output] of Object.entries(bundle))
      if (output.type === 'chunk' && output.isEntry) visit(fileName, seen);
  },
});
