import { expect, test, vi } from 'vitest';
import { conversationId, ROOM } from '../storage/test/local-store-samples.ts';
import { createManualTime } from '../test/manual-time.ts';
import { createBrowser } from '../test/tabs.ts';
import { createSharedState } from './shared-state.ts';

const random = (bytes: Uint8Array<ArrayBuffer>) => crypto.getRandomValues(bytes);

test('[LDR-4] what a tab showed that vanished is let go of, what the others show is not', async () => {
  const browser = createBrowser();
  const { timers, pass } = createManualTime();
  const channels = [browser.channel(), browser.channel(), browser.channel()] as const;
  const [leader, stays, vanishes] = channels.map((tabs) => createSharedState({ tabs, timers, random }));
  leader!.lead(true);
  leader!.show(conversationId(7));
  stays!.show(ROOM);
  vanishes!.show(conversationId(2));
  await vi.waitFor(() => expect(leader!.shown()).toEqual(new Set([conversationId(7), ROOM, conversationId(2)])));
  channels[2].close();
  for (let round = 0; round < 3; round++) {
    pass(20_000);
    await vi.waitFor(() => undefined);
  }
  expect(leader!.shown()).toEqual(new Set([conversationId(7), ROOM]));
});
