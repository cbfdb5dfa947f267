import { segmentName } from '@kith/schema/doc-name';
import { type AccountId, type ConversationId, createId, type DeviceId } from '@kith/schema/ids';
import { expect, test } from 'vitest';
import * as Y from 'yjs';
import { createClientIds } from '../guard/client-ids.ts';
import { createAttachments } from '../live/attachments.ts';
import { createEventClaims } from '../live/event-claims.ts';
import { createLiveDocuments, type DocumentState } from '../live/live-documents.ts';
import { createSocketContext, type PeerSession } from '../live/peer.ts';
import { createSegmentContents } from '../segments/segment-contents.ts';
import { testRandom } from '../test/events.ts';
import { createAttachExtension } from './attach.ts';
import { createGuardExtension } from './guard.ts';
import { createUpdates } from './updates.ts';

const clock = { now: () => 0 };
const log = { info: () => {}, warn: () => {}, error: () => {} };
const conversation = createId<ConversationId>(testRandom);
const name = segmentName(conversation, 1);
const journal = `conversation/${conversation}` as const;
type Deps = Parameters<typeof createUpdates>[0] & Parameters<typeof createAttachExtension>[0];

const openDocument = () =>
  Object.assign(new Y.Doc(), { name, isLoading: false, hasConnection: () => true }) as Y.Doc & {
    name: string;
    isDestroyed: boolean;
    hasConnection(): boolean;
  };

const stateOf = (document: ReturnType<typeof openDocument>): DocumentState => ({
  document,
  journal,
  name: { type: 'segment', conversation, n: 1 },
  clientIds: createClientIds({ doc: document, random: testRandom }),
  contents: createSegmentContents(document),
  rows: 0,
  isAbandoned: false,
});

const attachedTo = (document: ReturnType<typeof openDocument>) => {
  const session: PeerSession = {
    ...{ account: createId<AccountId>(testRandom), device: createId<DeviceId>(testRandom), scope: 'default' },
    ...{ name: { type: 'segment', conversation, n: 1 }, journal, perm: 'write', expiresAtMs: 1 },
  };
  const said: string[] = [];
  const peer = {
    context: { socket: createSocketContext(() => {}), session },
    messageAddress: name,
    webSocket: { close: () => {} },
    document,
    sendStateless: (text: string) => void said.push(JSON.parse(text).code ?? JSON.parse(text).type),
    close: (event?: { reason: string }) => void said.push(`closed ${event?.reason}`),
  };
  return { peer, said };
};

/** A guard that meets a bug, over real books. */
const createBroken = () => {
  const live = createLiveDocuments();
  const segment = { conversation, n: 1, importer: null, firstArrival: 1, openedAt: 0, closed: null };
  const deps = {
    ...{ live, clock, log, attachments: createAttachments(), sessionFault: () => null },
    claims: createEventClaims({ taken: async () => [] }),
    limits: { take: async () => ({ refused: null, slowDown: null }) },
    membership: { role: () => 'member', peek: () => null },
    segments: { find: () => segment, isNewest: () => true },
    journals: { get: () => ({ backlogBytes: 0 }), position: async () => ({ incarnation: 1 }) },
    guard: {
      newEventIds: () => [],
      checkAndApply: () => {
        throw new Error('a bug');
      },
    },
  } as unknown as Deps;
  return {
    live,
    guard: createGuardExtension({ updates: createUpdates(deps), clock }),
    attach: createAttachExtension(deps),
  };
};

test('[SYN-8] a document on which the guard failed is nobody’s until it was loaded again', async () => {
  const { live, guard, attach } = createBroken();
  const document = openDocument();
  live.add(stateOf(document));
  const [writer, reader, late] = [attachedTo(document), attachedTo(document), attachedTo(document)];
  for (const { peer } of [writer, reader]) await attach.connected({ connection: peer, documentName: name });
  const payload = Uint8Array.of(1, 2, 3);
  await guard.beforeSync({ type: 2, payload, connection: writer.peer });
  expect(payload).toEqual(new Uint8Array(3));
  expect([writer.said, reader.said]).toEqual(Array(2).fill(['attached', 'closed unavailable']));
  await attach.connected({ connection: late.peer, documentName: name });
  expect(late.said).toEqual(['closed unavailable']);

  document.destroy();
  live.drop(name);
  const again = openDocument();
  live.add(stateOf(again));
  const next = attachedTo(again);
  await attach.connected({ connection: next.peer, documentName: name });
  expect(next.said).toEqual(['attached']);
});

test('[SYN-8] a connection to a document that left memory meanwhile is closed, and writes to no other', async () => {
  const { live, guard, attach } = createBroken();
  const [gone, present] = [openDocument(), openDocument()];
  live.add(stateOf(present));
  const { peer, said } = attachedTo(gone);
  await guard.beforeSync({ type: 2, payload: Uint8Array.of(1, 2, 3), connection: peer });
  await attach.connected({ connection: peer, documentName: name });
  expect(said).toEqual(['unavailable', 'closed unavailable']);
});
