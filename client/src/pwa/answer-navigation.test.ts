import { expect, test } from 'vitest';
import { answerNavigation } from './answer-navigation.ts';
import { dayOf, type FirstFrame, FRAME_CACHE, FRAME_KEY } from './first-frame.ts';
import { createMemoryCaches } from './test/memory-caches.ts';
import { sampleFrame } from './test/sample-frame.ts';

const NOW = new Date(2026, 10, 28, 12);
const SHELL = '<html><script src="/assets/index-a1.js"></script><div id="root"></div></html>';
const HEADERS = { 'content-security-policy': "style-src 'self'", 'content-encoding': 'gzip', 'content-length': '70' };

const answerTo = async (path: string, kept: string, caches = createMemoryCaches()): Promise<Response> => {
  await (await caches.open(FRAME_CACHE)).put(FRAME_KEY, new Response(kept));
  const answer = answerNavigation({
    answerShell: async () => new Response(SHELL, { headers: HEADERS }),
    caches,
    now: () => NOW,
  });
  const url = new URL(path, 'http://kith.test');
  return answer({ url, request: new Request(url) } as Parameters<typeof answer>[0]);
};

const frame = (changes: Partial<FirstFrame> = {}): string =>
  JSON.stringify(sampleFrame({ day: dayOf(NOW), ...changes }));

test('[PWA-6] the shell has what was shown last in it, under the same policy', async () => {
  const answer = await answerTo('/c/room?x=1#y', frame());
  expect(await answer.text()).toContain('<div id="root"><div inert="">said</div></div>');
  expect(answer.headers.get('content-security-policy')).toBe("style-src 'self'");
  expect([answer.headers.get('content-encoding'), answer.headers.get('content-length')]).toEqual([null, null]);
});

test('[PWA-6] anywhere else, the next day, or after an update the shell comes as it is', async () => {
  const others = [
    ['/', frame()],
    ['/c/other', frame()],
    ['/c/room/members', frame()],
    ['/c/room', frame({ day: dayOf(new Date(2026, 10, 27, 23, 59)) })],
    ['/c/room', frame({ build: '/assets/index-b2.js' })],
    ['/c/room', 'cut o'],
  ] as const;
  for (const [path, kept] of others) expect(await (await answerTo(path, kept)).text(), path).toBe(SHELL);
});

test('[PWA-6] a cache that cannot be read does not stop the app', async () => {
  const caches = { ...createMemoryCaches(), match: () => Promise.reject(new Error('no disk')) };
  expect(await (await answerTo('/c/room', frame(), caches)).text()).toBe(SHELL);
});
