import { expect, type Page } from '@playwright/test';
import { findAccessibilityProblems } from './harness/accessibility.ts';
import { createGroup, expectTick, join, message, say, signUpWithPasskey } from './harness/acts.ts';
import { test } from './harness/test.ts';

const composer = (page: Page) => page.getByRole('textbox', { name: 'Message' });

const kept = (page: Page) => page.getByRole('region', { name: 'Composer' });

/** From the list of members, which is shown. */
const act = async (page: Page, name: string, action: string): Promise<void> => {
  await page.getByRole('button', { name: `Actions for ${name}` }).click();
  await page.getByRole('menu').getByText(action, { exact: true }).click();
};

test('[E2E-11] who is removed while writing is told so at once and keeps the text', async ({ open }) => {
  const [mara, omar] = [await open(), await open()];
  await signUpWithPasskey(mara.page, 'Mara Eleven');
  const link = await createGroup(mara.page, 'Harbour watch');
  await join(omar.page, link, 'Omar Eleven');
  await say(omar.page, 'First watch is mine');
  await expectTick(omar.page, 'First watch is mine', /Read|On their devices/);

  await composer(omar.page).pressSequentially('The lamp on the pier is', { delay: 10 });
  await expect(mara.page.getByText('Omar Eleven is typing')).toBeVisible();
  await mara.page.getByRole('button', { name: 'Members' }).click();
  await act(mara.page, 'Omar Eleven', 'Remove');
  await mara.page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();

  await expect(omar.page.getByText('You are no longer in this conversation.')).toBeVisible();
  await expect(composer(omar.page)).toHaveCount(0);
  await expect(kept(omar.page).getByText('The lamp on the pier is')).toBeVisible();
  await expect(message(omar.page, 'First watch is mine')).toBeVisible();
  await expect(mara.page.getByText('Omar Eleven is typing')).toBeHidden();
  expect(await findAccessibilityProblems(omar.page)).toEqual([]);

  await omar.page.reload();
  await expect(kept(omar.page).getByText('The lamp on the pier is')).toBeVisible();
  await omar.context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await omar.page.getByRole('button', { name: 'Copy text' }).click();
  expect(await omar.page.evaluate(() => navigator.clipboard.readText())).toBe('The lamp on the pier is');
  await omar.page.getByRole('button', { name: 'Discard' }).click();
  await expect(kept(omar.page).getByText('The lamp on the pier is')).toHaveCount(0);
});

test('[E2E-11] who is made a reader while writing keeps the text, and goes on with it as a member again', async ({
  open,
}) => {
  const [mara, omar] = [await open(), await open()];
  await signUpWithPasskey(mara.page, 'Mara Twelve');
  const link = await createGroup(mara.page, 'Night shift');
  await join(omar.page, link, 'Omar Twelve');
  await composer(omar.page).pressSequentially('Half a sentence', { delay: 10 });
  await mara.page.getByRole('button', { name: 'Members' }).click();
  await act(mara.page, 'Omar Twelve', 'Reads only');
  await expect(omar.page.getByText('You may read here, but not write.')).toBeVisible();
  await expect(kept(omar.page).getByText('Half a sentence')).toBeVisible();
  await act(mara.page, 'Omar Twelve', 'Member');
  await expect(composer(omar.page)).toHaveValue('Half a sentence');
});
