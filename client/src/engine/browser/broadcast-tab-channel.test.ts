import { expect, test, vi } from 'vitest';
import type { TabMessage } from '../tab-channel.ts';
import { createBroadcastTabChannel } from './broadcast-tab-channel.ts';

test('[BRW-7] tabs hear each other in order, never themselves, and nothing that is not a message', async () => {
  const name = `tabs-${crypto.randomUUID()}`;
  const [here, there] = [createBroadcastTabChannel(name), createBroadcastTabChannel(name)];
  const stranger = new BroadcastChannel(name);
  const heard: Record<'here' | 'there', TabMessage[]> = { here: [], there: [] };
  here.subscribe((message) => heard.here.push(message));
  const stop = there.subscribe((message) => heard.there.push(message));
  stranger.postMessage({ type: 'who knows' });
  here.post({ type: 'hello', tab: 'here' });
  here.post({ type: 'bye', tab: 'here' });
  await vi.waitFor(() => expect(heard.there).toHaveLength(2));
  expect(heard.there.map(({ type }) => type)).toEqual(['hello', 'bye']);
  expect(heard.here).toEqual([]);
  stop();
  here.post({ type: 'hello', tab: 'again' });
  there.post({ type: 'leading', tab: 'there' });
  await vi.waitFor(() => expect(heard.here).toHaveLength(1));
  expect(heard.there).toHaveLength(2);
  for (const channel of [here, there]) channel.close();
  here.post({ type: 'bye', tab: 'late' });
  stranger.close();
});
