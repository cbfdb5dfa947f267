import { accountStoreRaces } from '../test/account-store-races.ts';
import { accountStoreSuite } from '../test/account-store-suite.ts';
import { useTestMongo } from '../test/test-mongo.ts';
import { createMongoAccountStore } from './mongo-account-store.ts';

const mongo = useTestMongo();

// the server of tests looks through a whole collection for whatever is not its `_id`
accountStoreSuite('mongo', () => createMongoAccountStore(mongo.place()), { crowd: 60 });

accountStoreRaces('mongo', async () => {
  const source = mongo.place();
  return Promise.all([createMongoAccountStore(source), createMongoAccountStore(source)]);
});
