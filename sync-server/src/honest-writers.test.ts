/** What honest devices do that looks like an attack, over a real socket: it all goes through, once. */
import { appendEvents, readLog } from '@kith/schema/documents/segment';
import { afterEach, beforeEach, expect, test } from 'vitest';
import * as Y from 'yjs';
import { type MadeEvent, makeEvent } from './test/events.ts';
import { type HostileWorld, openHostileWorld } from './test/hostile-world.ts';
import { until } from './test/until.ts';
import type { WireDocument } from './test/wire-device.ts';

let world: HostileWorld;
beforeEach(async () => {
  world = await openHostileWorld();
});
afterEach(() => world.close());

/** A replica under the id of `link`, whose updates are kept for the test to send. */
const replicaOf = async (link: WireDocument): Promise<{ readonly doc: Y.Doc; readonly updates: Uint8Array[] }> => {
  const doc = new Y.Doc();
  Y.applyUpdate(doc, await link.state());
  doc.clientID = link.clientId;
  const updates: Uint8Array[] = [];
  doc.on('update', (update: Uint8Array) => void updates.push(update));
  return { doc, updates };
};
const storedBy = (...links: readonly WireDocument[]): number =>
  links.flatMap((link) => link.of('stored').flatMap(({ events }) => events)).length;

test('[GRD-6] one by one, in a burst, by two devices, again, from a stale state, and merged with overlap: each event once', async () => {
  const { mallory, conversation, server } = world;
  const link = await mallory.attach(conversation.segment(1));
  const phone = await world.connect(server.person(mallory.person.account));
  const phoneLink = await phone.attach(conversation.segment(1));
  const stale = Y.encodeStateVectorFromUpdate(await link.state());
  const { doc, updates } = await replicaOf(link);
  const other = await replicaOf(phoneLink);
  const made: MadeEvent[] = [];
  const write = (count: number): void => {
    const events = Array.from({ length: count }, () => makeEvent());
    made.push(...events);
    appendEvents(
      doc,
      mallory.person,
      events.map(({ bytes }) => bytes),
    );
  };
  for (let n = 0; n < 30; n++) write(1);
  write(50);
  appendEvents(other.doc, phone.person, [makeEvent().bytes, makeEvent().bytes]);
  for (const update of updates) link.send(update);
  phoneLink.send(Y.encodeStateAsUpdate(other.doc, stale), 'step2');
  await until(() => storedBy(link, phoneLink) === 82, 'what was written at first');

  for (const again of [Y.encodeStateAsUpdate(doc), Y.encodeStateAsUpdate(doc, stale), Uint8Array.of(0, 0)]) {
    link.send(again);
    link.send(again, 'step2');
  }
  updates.length = 0;
  for (let n = 0; n < 6; n++) write(1);
  link.send(Y.mergeUpdates(updates.slice(0, 3)));
  link.send(Y.mergeUpdates(updates));
  await until(() => storedBy(link, phoneLink) === 88, 'the rest');
  const seen = new Y.Doc();
  Y.applyUpdate(seen, await link.state());
  expect(readLog(seen, mallory.person)).toEqual(made.map(({ bytes }) => bytes));
  expect(readLog(seen, phone.person)).toHaveLength(2);
  expect([...link.of('rejected'), ...phoneLink.of('rejected')]).toEqual([]);
});
