/**
 * Who may import what: the tree is the architecture only while this table holds. Paths are tested from the root. Tests
 * stand on top of everything and are bound by the first table alone. [GATE-1]
 */

/** What a workspace may import of ours besides itself: package names as written, none by a relative path. */
export const WORKSPACE_MAY_IMPORT: Readonly<Record<string, readonly RegExp[]>> = {
  schema: [],
  auth: [/^@kith\/schema\//],
  'sync-server': [/^@kith\/schema\//, /^@kith\/auth\/token-verifier$/],
  client: [/^@kith\/schema\//],
  scripts: [/^@kith\//],
  bench: [/^@kith\//, /^scripts\//],
};

interface PackageRule {
  readonly packages: RegExp;
  readonly allowedIn: RegExp;
  readonly reason: string;
}

/** Libraries that only their adapter, or one part of the product, knows. */
export const PACKAGE_RULES: readonly PackageRule[] = [
  {
    packages: /^(?:yjs|y-protocols(?:\/.*)?)$/,
    allowedIn:
      /^(?:schema\/src\/documents\/|client\/src\/engine\/|bench\/|sync-server\/src\/(?:server\.ts|(?:guard|journal|extensions|segments|heads|live|inspect)\/))/,
    reason: 'Yjs is known to document layouts, guard, journal, segments, inspection and the engine only',
  },
  {
    packages: /^@hocuspocus\/server$/,
    allowedIn: /^(?:sync-server\/src\/server\.ts|bench\/)/,
    reason: 'its hooks are untyped: one file knows it',
  },
  {
    packages: /^node:sqlite$/,
    allowedIn:
      /^(?:(?:auth|sync-server)\/src\/storage\/|client\/src\/engine\/storage\/|scripts\/serve\/data-folder\.ts|scripts\/store\/sqlite-place\.ts|bench\/storage\/)/,
    reason: 'a driver is known to its adapter only',
  },
  {
    packages: /^(?:dexie|y-indexeddb)$/,
    allowedIn: /^client\/src\/engine\/storage\//,
    reason: 'a driver is known to its adapter only',
  },
  {
    packages: /^(?:mongodb|@redis\/client)$/,
    allowedIn:
      /^(?:(?:auth|sync-server)\/src\/(?:storage|cluster)\/|scripts\/services\/|scripts\/serve\/mongo-generations\.ts|bench\/storage\/)/,
    reason: 'a driver is known to its adapter only',
  },
  {
    packages: /^(?:react|react-dom(?:\/.*)?|jotai(?:\/.*)?)$/,
    allowedIn: /^client\/src\/(?!engine\/)/,
    reason: 'the engine and the servers have no interface',
  },
];

/** Adapters of a port: `storage/<technology>-….ts`. */
export const ADAPTER = /\/storage\/(?:memory|sqlite|dexie|indexeddb|mongo)-[^/]+\.ts$/;
/** Where adapters may be named: entries and package indexes, which compose, and the adapters' own folder. */
export const COMPOSITION_ROOT =
  /(?:^scripts\/|^bench\/|\/src\/(?:main|index|server)\.tsx?$|\/engine\/(?:index|main)\.ts$|\/engine\/(?:browser|node)\/|\/storage\/)/;

/** Siblings that never know each other: what they share belongs to `ui/`, `state/` or the engine. */
export const FEATURE = /^client\/src\/features\/([^/]+)\//;
