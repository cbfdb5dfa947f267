import { accountStoreSuite } from '../test/account-store-suite.ts';
import { useTestMongo } from '../test/test-mongo.ts';
import { createMongoAccountStore } from './mongo-account-store.ts';

const mongo = useTestMongo();

accountStoreSuite('mongo', () => createMongoAccountStore(mongo.database()));
