import { documentStoreSuite } from '../test/document-store-suite.ts';
import { createMemoryDocumentStore } from './memory-document-store.ts';

documentStoreSuite('memory', () => ({
  open: async () => createMemoryDocumentStore(),
  reopen: null,
  openAnother: null,
  cleanUp: async () => {},
}));
