import type { MemberListResponse } from '@kith/schema/api/conversations';
import { encodeOpaqueText } from '@kith/schema/opaque';
import { expect, test } from 'vitest';
import type { ApiClient } from '../session/api-client.ts';
import { createMemoryLocalStore } from '../storage/memory-local-store.ts';
import { ROOM, SELF } from '../storage/test/local-store-samples.ts';
import { createConversationSync } from './conversation-sync.ts';

const title = encodeOpaqueText('Room');
const answer = {
  id: ROOM,
  kind: 'group',
  version: 1,
  epoch: 1,
  title,
  role: 'owner',
  createdAt: 1,
  members: 1,
} as const;

test('[ENG-6] told twice at once of a new conversation, what was done to it in between stays', async () => {
  const store = createMemoryLocalStore();
  const member = { account: SELF, handle: 'alice', name: 'Alice', role: 'owner', joinedAt: 1, devices: [] } as const;
  const answers: (() => void)[] = [];
  const call = () =>
    new Promise((resolve) => {
      answers.push(() => resolve({ epoch: 1, members: [member] } as unknown as typeof MemberListResponse));
    });
  const sync = createConversationSync({ store, api: { call } as unknown as ApiClient });
  const [first, second] = [sync.take(answer), sync.take(answer)];
  await Promise.resolve();
  const flush = async (): Promise<void> => {
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
    answers.shift()?.();
  };
  await flush();
  await first;
  await store.updateConversation(ROOM, (row) => ({ ...row, draft: 'half a sentence', position: 7 }));
  await flush();
  await second;
  expect(await store.conversation(ROOM)).toMatchObject({ draft: 'half a sentence', position: 7, title });
});

test('[ENG-6] a list from before one came back in does not put one out again', async () => {
  const store = createMemoryLocalStore();
  let tellList = (): void => undefined;
  const call = ({ path }: { path: string }) =>
    path === '/api/conversations'
      ? new Promise((resolve) => {
          tellList = () => resolve({ conversations: [] });
        })
      : Promise.resolve({ epoch: 1, members: [] });
  const sync = createConversationSync({ store, api: { call } as unknown as ApiClient });
  await sync.take(answer);
  const running = sync.run();
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
  await sync.take({ ...answer, version: 3, epoch: 3 });
  tellList();
  await running;
  expect(await store.conversation(ROOM)).toMatchObject({ state: 'joined', version: 3 });
  const next = sync.run();
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
  tellList();
  await next;
  expect(await store.conversation(ROOM)).toMatchObject({ state: 'left' });
});
