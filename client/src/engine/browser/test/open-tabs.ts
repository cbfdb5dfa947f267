/** One browser and one origin for a test file; each call of `openTab` is another tab of the same profile. */
import type { BrowserContext, Page } from '@playwright/test';
import { launchChromium } from './chromium.ts';
import { servePage } from './serve-page.ts';

export interface Tabs {
  openTab(): Promise<Page>;
  /** Uncaught errors and what the console calls an error, of every tab. */
  readonly complaints: readonly string[];
  readonly context: BrowserContext;
  close(): Promise<void>;
}

export const openTabs = async (entry: string, headers: Readonly<Record<string, string>> = {}): Promise<Tabs> => {
  const [served, browser] = await Promise.all([servePage(entry, headers), launchChromium()]);
  const context = await browser.newContext();
  const complaints: string[] = [];
  context.on('weberror', (error) => complaints.push(error.error().message));
  context.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  return {
    openTab: async () => {
      const page = await context.newPage();
      await page.goto(served.url);
      return page;
    },
    complaints,
    context,
    close: async () => {
      await browser.close();
      served.close();
    },
  };
};
