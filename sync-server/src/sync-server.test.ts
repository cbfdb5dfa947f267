import { headName, segmentName } from '@kith/schema/doc-name';
import { readHead } from '@kith/schema/documents/head';
import { readLog } from '@kith/schema/documents/segment';
import { type ConversationId, createId } from '@kith/schema/ids';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeEvent, testRandom } from './test/events.ts';
import { startTestServer, type TestServer } from './test/test-server.ts';
import { until } from './test/until.ts';

describe('two people', () => {
  let server: TestServer;
  beforeEach(async () => {
    server = await startTestServer();
  });
  afterEach(() => server.close());

  test('[ACK-1] what one writes is acknowledged with its arrival and reaches the other', async () => {
    const [alice, bob] = [server.device(), server.device()];
    const id = createId<ConversationId>(testRandom);
    server.directory.create(id, { [alice.person.account]: 'owner', [bob.person.account]: 'member' });
    const head = await alice.attach(headName(id)).ready();
    expect(readHead(head.doc).segments).toMatchObject([{ n: 1, state: 'open' }]);
    const mine = await alice.attach(segmentName(id, 1)).ready();
    const theirs = await bob.attach(segmentName(id, 1)).ready();
    const event = makeEvent();
    mine.append(event);
    await until(() => mine.stored().has(event.eventId), 'the acknowledgement');
    await until(() => readLog(theirs.doc, alice.person).length === 1, 'the event');
    expect(readLog(theirs.doc, alice.person)).toEqual([event.bytes]);
    expect(server.complaints).toEqual([]);
  });
});
