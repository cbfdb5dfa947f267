import { expect, test, vi } from 'vitest';
import { createManualTime } from '../test/manual-time.ts';
import { createBrowser } from '../test/tabs.ts';
import { createLeaderCalls } from './leader-calls.ts';

const random = (bytes: Uint8Array<ArrayBuffer>) => crypto.getRandomValues(bytes);

const open = (browser: ReturnType<typeof createBrowser>) => {
  const { timers, pass } = createManualTime();
  const tabs = browser.channel();
  type Methods = { add: (a: number, b: number) => Promise<number> };
  return { tabs, pass, calls: createLeaderCalls<Methods>({ tabs, timers, random }, ['add']) };
};
const methods = { add: async (a: number, b: number) => a + b };

test('[RES-4] a call made before anybody leads is answered by the engine itself once it leads', async () => {
  const { calls } = open(createBrowser());
  const sum = calls.methods.add(1, 2);
  calls.lead(methods);
  expect(await sum).toBe(3);
});

test('[RES-4] or by another tab that begins to lead; nobody is asked twice', async () => {
  const browser = createBrowser();
  const [first, second] = [open(browser), open(browser)];
  let asked = 0;
  const sum = first.calls.methods.add(2, 3);
  second.calls.lead({
    add: async (a, b) => {
      asked++;
      return a + b;
    },
  });
  second.tabs.post({ type: 'leading', tab: 'second' });
  expect(await sum).toBe(5);
  first.calls.lead(methods);
  expect(await first.calls.methods.add(1, 1)).toBe(2);
  expect(asked).toBe(1);
});

test('[RES-4] when nobody ever leads the call ends as offline', async () => {
  const { calls, pass } = open(createBrowser());
  const sum = expect(calls.methods.add(1, 2)).rejects.toMatchObject({ code: 'offline' });
  pass(30_000);
  await sum;
  calls.lead(methods);
});

test('[LDR-4] a call to a leader that ended fails as soon as another leads, and is not made again', async () => {
  const browser = createBrowser();
  const [asking, old, next] = [open(browser), open(browser), open(browser)];
  let calls = 0;
  old.calls.lead({ add: () => new Promise(() => calls++) });
  old.tabs.post({ type: 'leading', tab: 'old' });
  await Promise.resolve();
  const sum = asking.calls.methods.add(1, 2);
  const failed = expect(sum).rejects.toMatchObject({ code: 'unavailable' });
  await vi.waitFor(() => expect(calls).toBe(1));
  old.calls.close();
  next.calls.lead({ add: async () => ++calls });
  next.tabs.post({ type: 'leading', tab: 'next' });
  await failed;
  expect(calls).toBe(1);
  expect(await asking.calls.methods.add(1, 2)).toBe(2);
});

test('[LDR-4] a tab that begins to lead gives up what it asked of the one before', async () => {
  const browser = createBrowser();
  const [asking, old] = [open(browser), open(browser)];
  old.calls.lead({ add: () => new Promise(() => undefined) });
  old.tabs.post({ type: 'leading', tab: 'old' });
  await Promise.resolve();
  const failed = expect(asking.calls.methods.add(1, 2)).rejects.toMatchObject({ code: 'unavailable' });
  old.calls.close();
  asking.calls.lead(methods);
  await failed;
  expect(await asking.calls.methods.add(1, 2)).toBe(3);
});
