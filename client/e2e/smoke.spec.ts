import { expect } from '@playwright/test';
import { findAccessibilityProblems } from './harness/accessibility.ts';
import { waitForOfflineReady } from './harness/person.ts';
import { createProfile } from './harness/profile.ts';
import { test } from './harness/test.ts';

test('[RUN-4] the server is well and the page shows something', async ({ open, server }) => {
  expect(await (await fetch(`${server.url}/health`)).json()).toMatchObject({ status: 'ok' });
  const { page, complaints } = await open();
  await expect(page.getByRole('main')).toBeVisible();
  await expect(page).toHaveTitle(/Kith/);
  expect(await findAccessibilityProblems(page)).toEqual([]);
  expect(complaints).toEqual([]);
});

test('[RUN-5] the app runs under the security policy, and the policy holds', async ({ open }) => {
  const { page } = await open();
  await expect(page.getByRole('main')).toBeVisible();
  const refused: string[] = [];
  await page.exposeFunction('noteRefusal', (directive: string) => refused.push(directive));
  await page.evaluate(() => {
    const { noteRefusal } = window as unknown as { noteRefusal: (directive: string) => void };
    document.addEventListener('securitypolicyviolation', (event) => noteRefusal(event.effectiveDirective));
    fetch('https://other.example/').catch(() => {});
    try {
      document.createElement('div').innerHTML = '<b>x</b>';
    } catch {
      // Refused, as it should be: the event says by what.
    }
  });
  await expect.poll(() => [...refused].sort()).toEqual(['connect-src', 'require-trusted-types-for']);
});

test('[RUN-6] the page opens with the server stopped', async ({ open, server }) => {
  const { page } = await open();
  await waitForOfflineReady(page);
  await server.stop();
  try {
    await page.reload();
    await expect(page.getByRole('main')).toBeVisible();
  } finally {
    await server.start();
  }
});

test('[RUN-6] a browser that was killed opens the page again with the server stopped', async ({ server }) => {
  const profile = createProfile();
  try {
    const before = await profile.open(server.url);
    await waitForOfflineReady(before.page);
    const passkeys = await before.authenticator.passkeys();
    await profile.kill();
    await server.stop();
    const after = await profile.open(server.url, passkeys);
    await expect(after.page.getByRole('main')).toBeVisible();
  } finally {
    await profile.remove();
    if (server.pid() === undefined) await server.start();
  }
});
