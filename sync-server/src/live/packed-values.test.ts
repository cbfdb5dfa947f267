import { appendEvents, readLogs, removeEvents } from '@kith/schema/documents/segment';
import { type AccountId, createId, type DeviceId } from '@kith/schema/ids';
import { expect, test } from 'vitest';
import * as Y from 'yjs';
import { assertSameContent } from '../guard/same-content.ts';
import { scanUpdate } from '../guard/scan-update.ts';
import { SCAN_LIMITS } from '../guard/update-limits.ts';
import { makeEvents, testRandom } from '../test/events.ts';
import { packValues } from './packed-values.ts';

const owner = { account: createId<AccountId>(testRandom), device: createId<DeviceId>(testRandom) };

/** What somebody wrote, as they have it and as a server that loaded it has it. */
const written = (count: number) => {
  const source = new Y.Doc();
  for (const { bytes } of makeEvents(count)) appendEvents(source, owner, [bytes]);
  source.getMap('settings').set('a', Uint8Array.of(1));
  const packed = new Y.Doc();
  Y.applyUpdate(packed, Y.encodeStateAsUpdate(source));
  packValues(packed);
  return { source, packed };
};

test('[STO-6] a document whose values are packed says, reads and takes what it did before', () => {
  const { source, packed } = written(5);
  expect(Y.encodeStateAsUpdate(packed)).toEqual(Y.encodeStateAsUpdate(source));
  expect(readLogs(packed)).toEqual(readLogs(source));
  const sinceTwo = Y.encodeStateVector(new Map([[source.clientID, 2]]));
  expect(Y.encodeStateAsUpdate(packed, sinceTwo)).toEqual(Y.encodeStateAsUpdate(source, sinceTwo));
  const [later] = makeEvents(1);
  appendEvents(packed, owner, [later!.bytes]);
  Y.applyUpdate(source, Y.encodeStateAsUpdate(packed, Y.encodeStateVector(source)));
  expect(readLogs(source)).toEqual(readLogs(packed));
  expect(readLogs(packed)[0]?.events).toHaveLength(6);
});

test('[STO-6] what is deleted of packed values is gone, and the rest stays', () => {
  const { source, packed } = written(5);
  const gone = readLogs(source)[0]!.events.slice(1, 3);
  removeEvents(source, owner, (event) => gone.includes(event));
  Y.applyUpdate(packed, Y.encodeStateAsUpdate(source));
  expect(readLogs(packed)).toEqual(readLogs(source));
  expect(Y.encodeStateAsUpdate(packed)).toEqual(Y.encodeStateAsUpdate(source));
});

test('[STO-6] packed values that are sent again are known for the same, and others are not', () => {
  const { source, packed } = written(3);
  const resent = (doc: Y.Doc) => {
    const bytes = Y.encodeStateAsUpdate(doc);
    for (const { structs } of scanUpdate(bytes, SCAN_LIMITS.step2).sections)
      for (const struct of structs) assertSameContent(packed, bytes, struct);
  };
  expect(() => resent(source)).not.toThrow();
  const lying = new Y.Doc();
  lying.clientID = source.clientID;
  for (const { bytes } of makeEvents(3)) appendEvents(lying, owner, [bytes]);
  expect(() => resent(lying)).toThrow(`client ${source.clientID} at 0`);
});
