import { expect, chromium as playwright } from '@playwright/test';
import { chromium } from '../../chromium.ts';
import { findAccessibilityProblems } from './harness/accessibility.ts';
import { openPerson } from './harness/person.ts';
import { test } from './harness/test.ts';

test('[RUN-7] at a plain address of another name, the page says what will not work and what to do', async ({
  server,
}) => {
  const args = [...chromium.args, '--host-resolver-rules=MAP kith.test 127.0.0.1'];
  const browser = await playwright.launch({ ...chromium, args });
  try {
    const { page, complaints } = await openPerson(browser, server.url.replace('localhost', 'kith.test'));
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Kith cannot work at this address');
    await expect(page.getByRole('main')).toContainText('PUBLIC_URL=https://');
    await expect(page.locator('body')).toHaveCSS('max-width', '576px');
    expect(await findAccessibilityProblems(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await page.screenshot({ path: 'test-results/insecure-address.png' });
  } finally {
    await browser.close();
  }
});

test('[RUN-7] the number of this machine leads to its name', async ({ browser, server }) => {
  const { page, close } = await openPerson(browser, server.url.replace('localhost', '127.0.0.1'));
  await expect(page).toHaveURL(new RegExp(`^${server.url}/`));
  await close();
});
