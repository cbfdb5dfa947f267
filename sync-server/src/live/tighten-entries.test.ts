import { appendEvents, readLogs } from '@kith/schema/documents/segment';
import { type AccountId, createId, type DeviceId } from '@kith/schema/ids';
import { expect, test } from 'vitest';
import * as Y from 'yjs';
import { makeEvents, testRandom } from '../test/events.ts';
import { tightenEntries } from './tighten-entries.ts';

test('[STO-3] a document that is kept in less memory says, reads and takes what it did before', () => {
  const doc = new Y.Doc();
  const owner = { account: createId<AccountId>(testRandom), device: createId<DeviceId>(testRandom) };
  const source = new Y.Doc();
  for (const { bytes } of makeEvents(5)) appendEvents(source, owner, [bytes]);
  source.getMap('settings').set('a', Uint8Array.of(1));
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(source));
  const before = [Y.encodeStateAsUpdate(doc), readLogs(doc)];
  tightenEntries(doc);
  expect([Y.encodeStateAsUpdate(doc), readLogs(doc)]).toEqual(before);
  appendEvents(
    doc,
    owner,
    makeEvents(2).map(({ bytes }) => bytes),
  );
  Y.applyUpdate(source, Y.encodeStateAsUpdate(doc));
  expect(readLogs(source)).toEqual(readLogs(doc));
});
