/** Compares every import with the table beside this file. [GATE-1] */
import { ADAPTER, COMPOSITION_ROOT, FEATURE, PACKAGE_RULES, WORKSPACE_MAY_IMPORT } from './import-rules.ts';
import { type Import, importsOf, workspaceOf } from './imports-of.ts';
import { type Finding, isTest, type SourceFile } from './source-files.ts';

export const findForbiddenImports = (files: readonly SourceFile[]): Finding[] =>
  files.flatMap((file) =>
    importsOf(file).flatMap((imported) =>
      complaintsAbout(file.path, imported).map((reason) => ({
        path: file.path,
        line: imported.line,
        message: `must not import ${imported.specifier}: ${reason}`,
      })),
    ),
  );

const complaintsAbout = (path: string, imported: Import): string[] => {
  const acrossFolders = crossesByPath(path, imported);
  if (isTest(path)) return acrossFolders;
  return [
    ...acrossFolders,
    ...crossesWorkspace(path, imported),
    ...PACKAGE_RULES.filter(({ packages, allowedIn }) => packages.test(imported.target) && !allowedIn.test(path)).map(
      ({ reason }) => reason,
    ),
    ...knowsAdapter(path, imported),
    ...knowsSibling(path, imported),
  ];
};

/** Another workspace is entered by its package name, which its exports bound; a test under it may be a neighbour's. */
const crossesByPath = (path: string, { specifier, target }: Import): string[] => {
  const [from, to] = [workspaceOf(path), workspaceOf(target)];
  if (!specifier.startsWith('.') || to === null || from === to) return [];
  const isTool = from === 'bench' || isTest(path);
  const lendsToTools = to === 'scripts' || /^client\/(?:e2e\/harness|src\/engine\/browser\/test)\//.test(target);
  return isTool && lendsToTools ? [] : [`another workspace is imported by its name, @kith/${to}`];
};

const crossesWorkspace = (path: string, { specifier, target }: Import): string[] => {
  const [from, to] = [workspaceOf(path), workspaceOf(target)];
  if (from === null || to === null || from === to || specifier.startsWith('.')) return [];
  const isAllowed = (WORKSPACE_MAY_IMPORT[from] ?? []).some((allowed) => allowed.test(target));
  return isAllowed
    ? []
    : [`${from} does not know ${to === 'auth' && from === 'sync-server' ? 'more of auth than token-verifier' : to}`];
};

const knowsAdapter = (path: string, { target }: Import): string[] =>
  ADAPTER.test(target) && !COMPOSITION_ROOT.test(path) ? ['adapters are created where the process is composed'] : [];

const knowsSibling = (path: string, { target }: Import): string[] => {
  const [own, other] = [FEATURE.exec(path)?.[1], FEATURE.exec(target)?.[1]];
  return own !== undefined && other !== undefined && own !== other ? ['features never import each other'] : [];
};
