import { describe, expect, it } from 'vitest';
import { findLongFiles } from './file-size.ts';
import { findForbiddenImports } from './import-boundaries.ts';
import { findUncitedRules } from './rules-cited.ts';
import { formatFinding } from './source-files.ts';

const importing = (path: string, specifier: string) =>
  findForbiddenImports([{ path, text: `import { x } from '${specifier}';\n` }]);

describe('findForbiddenImports', () => {
  it.each([
    ['schema/src/ids.ts', '@kith/auth'],
    ['auth/src/app.ts', '@kith/sync-server'],
    ['sync-server/src/server.ts', '@kith/auth'],
    ['client/src/main.tsx', '@kith/auth'],
    ['client/src/engine/index.ts', '../../../schema/src/ids.ts'],
    ['client/src/features/timeline/row.tsx', '../composer/composer.tsx'],
    ['client/src/ui/button.tsx', 'yjs'],
    ['auth/src/accounts/account.ts', 'yjs'],
    ['sync-server/src/guard/rules.ts', '@hocuspocus/server'],
    ['sync-server/src/journal/journal.ts', 'node:sqlite'],
    ['client/src/state/messages.ts', 'dexie'],
    ['client/src/engine/outbox/outbox.ts', 'react'],
    ['sync-server/src/journal/journal.ts', '../storage/sqlite-document-store.ts'],
    ['client/src/engine/outbox/outbox.ts', '../storage/dexie-local-store.ts'],
  ])('[GATE-1] %s must not import %s', (path, specifier) => {
    expect(importing(path, specifier).map(formatFinding)).toEqual([
      expect.stringContaining(`${path}:1  must not import`),
    ]);
  });

  it.each([
    ['sync-server/src/server.ts', '@kith/auth/token-verifier'],
    ['sync-server/src/server.ts', '@hocuspocus/server'],
    ['client/src/features/timeline/row.tsx', './bubble.tsx'],
    ['client/src/features/timeline/row.tsx', '../../ui/button.tsx'],
    ['sync-server/src/storage/sqlite-document-store.ts', 'node:sqlite'],
    ['scripts/serve/services.ts', '@kith/auth'],
    ['sync-server/test/whole.test.ts', '@kith/auth'],
    ['sync-server/src/journal/journal.test.ts', '../storage/memory-document-store.ts'],
    ['schema/src/documents/head.ts', 'yjs'],
  ])('[GATE-1] %s may import %s', (path, specifier) => {
    expect(importing(path, specifier)).toEqual([]);
  });

  it('[GATE-1] sees imports over several lines, for types, on demand and for re-export', () => {
    const text = [
      'import type {',
      '  A,',
      "} from 'yjs';",
      "const load = () => import('yjs');",
      "export * from 'yjs';",
      "import 'yjs';",
      "// import { x } from 'yjs' is told here only",
    ].join('\n');
    expect(findForbiddenImports([{ path: 'client/src/ui/a.ts', text }]).map(({ line }) => line)).toEqual([1, 5, 6, 4]);
  });
});

describe('findLongFiles', () => {
  const long = { path: 'a.ts', text: 'x\n'.repeat(301) };

  it('[GATE-2] 300 lines are the most, but for named exceptions', () => {
    expect(findLongFiles([{ path: 'b.ts', text: 'x\n'.repeat(300) }])).toEqual([]);
    expect(findLongFiles([long])).toHaveLength(1);
    expect(findLongFiles([long], new Map([['a.ts', 'a table']]))).toEqual([]);
  });
});

describe('findUncitedRules', () => {
  const spec = '# Rules\n\n- **AA-1** One.\n- **AA-2** Two.\n';
  const test = (...titles: string[]) => [
    { path: 'schema/src/a.test.ts', text: titles.map((title) => `it('${title} holds', run);`).join('\n') },
  ];
  const cite = (...ids: string[]) => ids.map((id) => `[${id}]`).join(' ');

  it('[GATE-3] is content when rules and tests meet', () => {
    expect(findUncitedRules(spec, test(cite('AA-1', 'AA-2')))).toEqual([]);
  });

  it('[GATE-3] finds the rule without a test, the test without a rule, and the rule written twice', () => {
    const findings = findUncitedRules(`${spec}- **AA-1** Again.\n`, test(cite('AA-1'), cite('BB-9')));
    expect(findings.map(formatFinding)).toEqual([
      'SPEC.md:4  AA-2 has no test that cites it',
      'SPEC.md:5  AA-1 stands in SPEC.md twice',
      'schema/src/a.test.ts:2  BB-9 is not in SPEC.md',
    ]);
  });

  it('[GATE-3] a comment that names a rule is no test of it', () => {
    const files = [{ path: 'schema/src/a.ts', text: `/** ${cite('AA-1', 'AA-2')} */` }];
    expect(findUncitedRules(spec, files)).toHaveLength(2);
  });
});
