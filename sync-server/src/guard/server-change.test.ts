import type { AccountId } from '@kith/schema/ids';
import { expect, test } from 'vitest';
import * as Y from 'yjs';
import { applyServerChange } from './server-change.ts';
import { createServer, logOf, newId, rootOf } from './test/guard-server.ts';
import { createWorld } from './test/guard-world.ts';

const open = () => createServer({ type: 'account', account: newId<AccountId>(), generation: 1 });
const set = (key: string) => (doc: Y.Doc) => doc.getMap('inbox').set(key, Uint8Array.of(1));

test("[GRD-17] a server's change comes back as an update, with the server's binding the first time", () => {
  const server = open();
  const first = applyServerChange({ ...server, origin: 'server', change: set('a') });
  const second = applyServerChange({ ...server, origin: 'server', change: set('b') });
  expect(first.newBindings).toEqual([{ clientId: server.doc.clientID, account: null, device: null }]);
  expect(second.newBindings).toEqual([]);
  const replayed = new Y.Doc();
  for (const { update } of [first, second]) Y.applyUpdate(replayed, update);
  expect(replayed.getMap('inbox').toJSON()).toEqual(server.doc.getMap('inbox').toJSON());
});

test('[GRD-17] a change that only deletes binds nothing', () => {
  const world = createWorld();
  const fresh = createServer(world.name);
  Y.applyUpdate(fresh.doc, Y.encodeStateAsUpdate(world.doc));
  const change = (doc: Y.Doc) => doc.getArray(rootOf(world.alice.writer)).delete(0);
  expect(applyServerChange({ ...fresh, origin: null, change }).newBindings).toEqual([]);
  expect(logOf(fresh.doc, world.alice)).toHaveLength(2);
});

test('[GRD-17] a change that changes nothing is a bug of the caller', () => {
  const server = open();
  expect(() => applyServerChange({ ...server, origin: null, change: () => undefined })).toThrow('0 updates');
});

test('[GRD-17] a change that sets off another cannot be journaled as one, and is a bug too', () => {
  const server = open();
  server.doc.once('update', () => set('b')(server.doc));
  expect(() => applyServerChange({ ...server, origin: null, change: set('a') })).toThrow('2 updates');
});
