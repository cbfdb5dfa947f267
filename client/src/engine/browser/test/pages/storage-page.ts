/** Runs the storage suites on the browser's own IndexedDB. */
import { describeLocalStore } from '../../../storage/test/local-store-suite.ts';
import { describeReplica } from '../../../storage/test/y-indexeddb-replica-rules.ts';
import { createDexieFixture } from '../dexie-fixture.ts';
import { runCollected } from '../vitest-in-page.ts';

describeLocalStore('Dexie and y-indexeddb in Chromium', createDexieFixture());
describeReplica('in Chromium');
Object.assign(globalThis, { outcomes: runCollected() });
