import type { Page } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { whyNoChromium } from './test/chromium.ts';
import { openTabs, type Tabs } from './test/open-tabs.ts';
import type { TestTab } from './test/pages/tab-page.ts';

const tabOf = (page: Page) => page.evaluateHandle(() => (globalThis as unknown as { tab: TestTab }).tab);
const stand = async (page: Page): Promise<void> => (await tabOf(page)).evaluate((tab) => tab.stand());
const ledSince = async (page: Page): Promise<number | null> => (await tabOf(page)).evaluate((tab) => tab.ledSince());
const whenLeading = async (page: Page): Promise<number> => {
  await page.waitForFunction(() => (globalThis as unknown as { tab: TestTab }).tab.ledSince() !== null);
  return (await ledSince(page)) ?? 0;
};
const counts = async (page: Page): Promise<readonly number[]> => (await tabOf(page)).evaluate((tab) => tab.counts());

describe.skipIf(whyNoChromium() !== null)('tabs of one profile in Chromium', () => {
  let tabs: Tabs;
  beforeAll(async () => {
    tabs = await openTabs('tab-page.ts');
  });
  afterAll(() => tabs.close());

  test('[BRW-7] one tab leads; when it is closed another leads within a second', async () => {
    const [first, second] = [await tabs.openTab(), await tabs.openTab()];
    await stand(first);
    await whenLeading(first);
    await stand(second);
    expect(await ledSince(second)).toBeNull();
    const closedAt = Date.now();
    await first.close();
    expect((await whenLeading(second)) - closedAt).toBeLessThan(1_000);
    await second.close();
  });

  test('[BRW-7] a leader that resigns ends its work before the next begins', async () => {
    const [first, second] = [await tabs.openTab(), await tabs.openTab()];
    await stand(first);
    await whenLeading(first);
    await stand(second);
    await (await tabOf(first)).evaluate((tab) => tab.resign());
    expect(await ledSince(first)).toBeNull();
    await whenLeading(second);
    await first.close();
    await second.close();
  });

  test('[BRW-5] tabs see each other’s changes by watching, and a wiped profile empties in all', async () => {
    const [first, second] = [await tabs.openTab(), await tabs.openTab()];
    await (await tabOf(first)).evaluate((tab) => tab.watchCount());
    await (await tabOf(second)).evaluate((tab) => tab.watchCount());
    await (await tabOf(second)).evaluate((tab) => tab.write(1));
    await (await tabOf(first)).evaluate((tab) => tab.write(2));
    await expect.poll(() => counts(first)).toContain(2);
    await expect.poll(() => counts(second)).toContain(2);
    await (await tabOf(first)).evaluate((tab) => tab.wipe());
    await expect.poll(async () => (await counts(second)).at(-1)).toBe(0);
    expect(tabs.complaints).toEqual([]);
  });
});
