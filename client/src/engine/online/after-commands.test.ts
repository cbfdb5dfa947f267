import { expect, test } from 'vitest';
import { createMemoryLocalStore } from '../storage/memory-local-store.ts';
import { conversationId, ROOM, sampleConversation } from '../storage/test/local-store-samples.ts';
import { createManualTime } from '../test/manual-time.ts';
import { commandsSent } from './after-commands.ts';

const setUp = async (online = true) => {
  const store = createMemoryLocalStore();
  const { timers, pass } = createManualTime();
  const page = { current: () => ({ online, visible: true }), onChange: () => () => undefined };
  const command = { type: 'command', conversation: ROOM, command: { name: 'leave' } } as const;
  await store.enqueueCommand(command, sampleConversation());
  return { store, pass, sent: (id = ROOM) => commandsSent({ store, timers, page }, id) };
};

test('[RES-5] the wait is over when the command has left the outbox', async () => {
  const { store, sent } = await setUp();
  let isOver = false;
  const waiting = sent().then(() => {
    isOver = true;
  });
  const [entry] = await store.outbox();
  expect(isOver).toBe(false);
  await store.finishCommand(entry!.position);
  await waiting;
});

test('[RES-5] commands of other conversations are not waited for', async () => {
  const { sent } = await setUp();
  await sent(conversationId(2));
});

test('[RES-5] the wait has an end, and none is begun where the page knows that it is offline', async () => {
  const { sent, pass } = await setUp();
  const waiting = expect(sent()).rejects.toMatchObject({ code: 'offline' });
  await new Promise((resolve) => setImmediate(resolve));
  pass(10_000);
  await waiting;
  await expect((await setUp(false)).sent()).rejects.toMatchObject({ code: 'offline' });
});
