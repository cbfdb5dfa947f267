import { expect, test } from 'vitest';
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
