import { testDatabases } from '../../../scripts/services/test/test-services.ts';
import { documentStoreSuite } from '../test/document-store-suite.ts';
import { createMongoDocumentStore } from './mongo-document-store.ts';

const databases = testDatabases();

documentStoreSuite('MongoDB', () => {
  const { url, name: database } = databases.create();
  const open = () => createMongoDocumentStore({ url, database });
  return {
    open,
    openAnother: open,
    reopen: async (store) => {
      await store.close();
      return open();
    },
    cleanUp: async () => {},
  };
});
