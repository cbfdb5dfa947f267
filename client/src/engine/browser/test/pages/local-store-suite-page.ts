/** Runs the contract suite of `LocalStore` on the browser's own IndexedDB. */
import { describeLocalStore } from '../../../storage/test/local-store-suite.ts';
import { createDexieFixture } from '../dexie-fixture.ts';
import { runCollected } from '../vitest-in-page.ts';

describeLocalStore('Dexie and y-indexeddb in Chromium', createDexieFixture());
Object.assign(globalThis, { outcomes: runCollected() });
