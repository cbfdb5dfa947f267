import { accountStoreSuite } from '../test/account-store-suite.ts';
import { createMemoryAccountStore } from './memory-account-store.ts';

accountStoreSuite('memory', createMemoryAccountStore);
