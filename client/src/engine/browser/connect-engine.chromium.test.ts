import type { Page } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { whyNoChromium } from './test/chromium.ts';
import { openTabs, type Tabs } from './test/open-tabs.ts';
import type { TestApp } from './test/pages/engine-page.ts';

/** As the server says it; what matters here are scripts, workers and Trusted Types. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "connect-src 'self'",
  "require-trusted-types-for 'script'",
  'trusted-types kith',
].join('; ');

const appOf = (page: Page) => page.evaluateHandle(() => (globalThis as unknown as { app: TestApp }).app);
const workerStates = async (page: Page) => (await appOf(page)).evaluate((app) => app.workerStates());

describe.skipIf(whyNoChromium() !== null)('a tab connected to its engine in Chromium', () => {
  let tabs: Tabs;
  beforeAll(async () => {
    tabs = await openTabs('engine-page.ts', { 'content-security-policy': POLICY });
  });
  afterAll(() => tabs.close());

  test('[BRW-2] the worker starts under a policy that requires Trusted Types', async () => {
    const page = await tabs.openTab();
    await expect.poll(async () => (await workerStates(page)).map(({ type }) => type)).toContain('running');
    expect(tabs.complaints).toEqual([]);
  });

  test('[BRW-1] views are there although the worker never comes', async () => {
    await tabs.context.route(/worker/, () => undefined); // never answered
    const page = await tabs.openTab();
    const app = await appOf(page);
    await expect.poll(() => app.evaluate((here) => here.sessionReadAt())).not.toBeNull();
    await expect.poll(async () => (await workerStates(page)).at(-1)?.type).toBe('starting');
    await page.close();
    await tabs.context.unroute(/worker/);
  });

  test('[BRW-3] the engine’s errors reach the tab with their codes', async () => {
    const page = await tabs.openTab();
    const code = await (await appOf(page)).evaluate((app) =>
      app
        .connection()
        .engine.devices()
        .then(
          () => 'none',
          (error: { code?: string }) => error.code,
        ),
    );
    expect(['unavailable', 'signed-out', 'offline', 'unauthenticated']).toContain(code);
  });
});
