import { accountStoreRaces } from '../test/account-store-races.ts';
import { accountStoreSuite } from '../test/account-store-suite.ts';
import { createMemoryAccountStore } from './memory-account-store.ts';

accountStoreSuite('memory', createMemoryAccountStore);
accountStoreRaces('memory', () => {
  const store = createMemoryAccountStore();
  return [store, store];
});
