import { expect, test } from 'vitest';
import { launchChromium, whyNoChromium } from '../browser/test/chromium.ts';
import { servePage } from '../browser/test/serve-page.ts';
import type { PageOutcome } from '../browser/test/vitest-in-page.ts';

const missing = whyNoChromium();

/** Runs the suite in a page at once, so that each of its tests can be shown as one here. */
const runInChromium = async (): Promise<readonly PageOutcome[]> => {
  const page = await servePage('storage-page.ts');
  const browser = await launchChromium();
  try {
    const tab = await browser.newPage();
    const uncaught: string[] = [];
    tab.on('pageerror', (error) => uncaught.push(error.message));
    await tab.goto(page.url);
    await tab.waitForFunction(() => 'outcomes' in globalThis);
    const outcomes = await tab.evaluate(() => (globalThis as unknown as { outcomes: Promise<PageOutcome[]> }).outcomes);
    return [...outcomes, { title: '[LOC-1] nothing fails unseen', error: uncaught.join('\n') || null }];
  } finally {
    await browser.close();
    page.close();
  }
};

const outcomes = missing === null ? await runInChromium() : [{ title: missing, error: null }];
for (const { title, error } of outcomes) test.skipIf(missing !== null)(title, () => expect(error).toBeNull());
