/**
 * The engine does not wait for some hooks: what they throw would end the process. Each of ours is asked with everything
 * around it broken; a rejection that nobody takes fails the run. [SYN-9]
 */
import { segmentName } from '@kith/schema/doc-name';
import { type AccountId, type ConversationId, createId, type DeviceId } from '@kith/schema/ids';
import { expect, test } from 'vitest';
import { createSocketContext, type PeerSession } from '../live/peer.ts';
import { testRandom } from '../test/events.ts';
import { createAttachExtension } from './attach.ts';
import { createChannelExtension } from './channel.ts';

const broken = new Proxy(
  {},
  {
    get: () => () => {
      throw new Error('broken');
    },
  },
) as never;
const clock = { now: () => 0 };

const setUp = () => {
  const conversation = createId<ConversationId>(testRandom);
  const account = createId<AccountId>(testRandom);
  const session: PeerSession = {
    ...{ account, device: createId<DeviceId>(testRandom), scope: 'default', perm: 'write', expiresAtMs: 1 },
    ...{ name: { type: 'account', account, generation: 1 }, journal: `account/${account}` },
  };
  const said: string[] = [];
  const name = segmentName(conversation, 1);
  const peer = {
    context: { socket: createSocketContext(() => {}), session },
    messageAddress: name,
    webSocket: { close: () => {} },
    document: { name, hasConnection: () => true },
    sendStateless: (text: string) => void said.push(text),
    close: (event?: { reason: string }) => void said.push(`closed ${event?.reason}`),
  };
  const logged: string[] = [];
  const complain = (message: string): void => void logged.push(message);
  return { peer: peer as never, said, logged, log: { info: complain, warn: complain, error: complain } };
};

test('[SYN-9] a message that cannot be handled is answered, and ends nothing', async () => {
  const { peer, said, logged, log } = setUp();
  const channel = createChannelExtension({ receipts: broken, clock, log });
  const receipts = JSON.stringify({ type: 'receipts', receipts: [] });
  for (const payload of [receipts, '{', '', '\u0000', '{"type":"receipts","receipts":1}'])
    await expect(channel.onStateless({ connection: peer, payload })).resolves.toBeUndefined();
  expect(said).toHaveLength(5);
  expect(logged).toHaveLength(1);
});

test('[SYN-9] an attachment that cannot be made is closed as our failure; who was never attached may leave', async () => {
  const { peer, said, logged, log } = setUp();
  const attach = createAttachExtension({
    ...{ live: broken, attachments: broken, channels: broken, journals: broken, clock, log },
    sessionFault: () => null,
  });
  await expect(attach.connected({ connection: peer, documentName: 'x' })).resolves.toBeUndefined();
  expect([said, logged]).toEqual([['closed internal'], ['a document could not be attached']]);
  await expect(attach.onDisconnect({ context: {} })).resolves.toBeUndefined();
});
