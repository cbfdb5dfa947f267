import { expect } from '@playwright/test';
import { createGroup, signUpWithPasskey } from './harness/acts.ts';
import { waitForOfflineReady } from './harness/person.ts';
import { test } from './harness/test.ts';

test('[PWA-4] what is being written when a new version takes over is there when the tab was loaded anew', async ({
  open,
}) => {
  const { page } = await open();
  await signUpWithPasskey(page, 'Mara Update');
  await createGroup(page, 'Half written');
  await waitForOfflineReady(page);
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  const composer = page.getByRole('textbox', { name: 'Message' });
  const loaded = page.waitForEvent('domcontentloaded');
  await composer.fill('not yet sai');
  await composer.press('d');
  // As the browser tells it; the takeover itself is shown where there are two builds.
  await page.evaluate(() => void navigator.serviceWorker.dispatchEvent(new Event('controllerchange')));
  await loaded;
  await expect(composer).toHaveValue('not yet said');
});
