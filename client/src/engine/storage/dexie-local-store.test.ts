import 'fake-indexeddb/auto';
import { createDexieFixture } from '../browser/test/dexie-fixture.ts';
import { describeLocalStore } from './test/local-store-suite.ts';

describeLocalStore('Dexie and y-indexeddb', createDexieFixture());
