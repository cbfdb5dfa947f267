import { expect } from '@playwright/test';
import { findAccessibilityProblems } from './harness/accessibility.ts';
import { createGroup, join, signUpWithPasskey } from './harness/acts.ts';
import { test } from './harness/test.ts';

const looks = [
  { look: 'desktop-light', width: 1280, height: 800, colorScheme: 'light' },
  { look: 'desktop-dark', width: 1280, height: 800, colorScheme: 'dark' },
  { look: 'phone-light', width: 390, height: 844, colorScheme: 'light' },
  { look: 'phone-dark', width: 390, height: 844, colorScheme: 'dark' },
] as const;

test('[UI-28] a refused rename is said, also after the app was closed, and the name that was written is offered back', async ({
  open,
}, info) => {
  const [mara, omar] = [await open(), await open({ permissions: ['clipboard-read', 'clipboard-write'] })];
  await signUpWithPasskey(mara.page, 'Mara Owner');
  const link = await createGroup(mara.page, 'Allotment neighbours');
  await join(omar.page, link, 'Omar Renamer');
  const giveOmar = async (role: string): Promise<void> => {
    await mara.page.getByRole('button', { name: 'Actions for Omar Renamer' }).click();
    await mara.page.getByRole('menuitemradio', { name: role, exact: true }).click();
  };
  await mara.page.getByRole('button', { name: 'Members' }).click();
  await giveOmar('Admin');
  await omar.page.getByRole('button', { name: 'Members' }).click();
  await omar.page.getByRole('button', { name: 'Rename' }).click();
  await omar.page.getByRole('textbox', { name: 'Name' }).fill('Gardeners of the east side');
  await giveOmar('Member');
  await expect(omar.page.getByText(/@\S+ · Member/)).toBeAttached();
  await omar.page.getByRole('dialog').getByRole('button', { name: 'Rename' }).click();

  const notice = omar.page.getByRole('status', { name: 'Refused' });
  await expect(notice).toContainText('“Allotment neighbours” was not renamed to “Gardeners of the east side”.');
  await expect(notice).toContainText('You may not do this here.');
  await omar.page.close();
  const page = await omar.context.newPage();
  await page.goto('/settings');
  const told = page.getByRole('status', { name: 'Refused' });
  await expect(told).toContainText('Gardeners of the east side');
  for (const { look, width, height, colorScheme } of looks) {
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.screenshot({ path: info.outputPath(`refused-${look}.png`) });
    expect.soft(await findAccessibilityProblems(page), look).toEqual([]);
  }

  await told.getByRole('button', { name: 'Copy the name' }).focus();
  await page.keyboard.press('Enter');
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe('Gardeners of the east side');
  await giveOmar('Admin');
  await page.keyboard.press('Tab');
  await expect(told.getByRole('button', { name: 'Try again' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(told).toHaveText('');
  await expect(mara.page.getByRole('heading', { name: 'Gardeners of the east side' })).toBeVisible();
});

test('[UI-28] a refused leave is said on the screen that one went to, with the reason, until it is put away', async ({
  open,
}) => {
  const [mara, omar] = [await open(), await open()];
  await signUpWithPasskey(mara.page, 'Mara Alone');
  const link = await createGroup(mara.page, 'Keys of the shed');
  await join(omar.page, link, 'Omar Stays');
  const { page } = mara;
  await page.getByRole('button', { name: 'Members' }).click();
  await page.getByRole('button', { name: 'Leave' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Leave' }).click();
  const notice = page.getByRole('status', { name: 'Refused' });
  await expect(notice).toContainText('You are still in “Keys of the shed”');
  await expect(notice).toContainText('make somebody else owner first');
  await notice.getByRole('button', { name: 'Dismiss' }).focus();
  await page.keyboard.press('Enter');
  await expect(notice).toHaveText('');
  await page.reload();
  await expect(page.getByRole('link', { name: /Keys of the shed/ }).first()).toBeVisible();
  await expect(notice).toHaveText('');
});
