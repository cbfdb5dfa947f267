import { type BrowserContextOptions, expect, type Page } from '@playwright/test';
import { findAccessibilityProblems } from './harness/accessibility.ts';
import { createGroup, expectTick, join, message, say, signUpWithPasskey } from './harness/acts.ts';
import { test } from './harness/test.ts';

const DESKTOP: BrowserContextOptions = { viewport: { width: 1280, height: 800 } };
const PHONE: BrowserContextOptions = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const looks = [
  { name: 'desktop, light', ...DESKTOP, colorScheme: 'light' },
  { name: 'desktop, dark', ...DESKTOP, colorScheme: 'dark' },
  { name: 'phone, light', ...PHONE, colorScheme: 'light' },
  { name: 'phone, dark', ...PHONE, colorScheme: 'dark' },
] as const;

for (const { name: look, ...options } of looks)
  test(`[E2E-8] every screen is free of what axe finds: ${look}`, async ({ open }, info) => {
    const { page, complaints } = await open({ ...options, reducedMotion: 'reduce' });
    /** Checked, and kept beside the results for people to look at. */
    const see = async (screen: string, shown: Promise<unknown>): Promise<void> => {
      await shown;
      await page.screenshot({ path: info.outputPath(`${screen}.png`) });
      expect.soft(await findAccessibilityProblems(page), screen).toEqual([]);
    };
    await see('welcome', page.getByRole('button', { name: 'Create passkey' }).waitFor());
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await see('sign-in', page.getByRole('button', { name: 'Sign in with a passkey' }).waitFor());
    await page.getByRole('button', { name: 'Create an account' }).click();
    await signUpWithPasskey(page, `Screens ${look.replace(', ', ' ')}`);
    await see('empty', page.getByText('No conversations yet').first().waitFor());

    await page.getByRole('button', { name: 'New group' }).first().click();
    await see('new-group', page.getByRole('dialog', { name: 'New group' }).waitFor());
    await page.keyboard.press('Escape');
    const link = await createGroup(page, 'Allotment neighbours');
    await see('nothing-said', page.getByText('Nothing said yet').last().waitFor());
    await say(page, 'The gate is locked on Sundays. Notes: https://example.org/gate');
    await expectTick(page, 'The gate is locked', 'Stored by the server');
    await see('conversation', message(page, 'The gate is locked').waitFor());

    await message(page, 'The gate is locked').getByRole('button').first().click();
    await see('message', page.getByRole('dialog', { name: 'Message' }).waitFor());
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Members' }).click();
    await see('members', page.getByText('Open invitations').waitFor());
    await page.getByRole('button', { name: 'Invite someone' }).click();
    await see('invite', page.getByRole('img', { name: /QR code/ }).waitFor());
    await page.goto('/settings');
    await see('settings', page.getByRole('heading', { name: 'Settings' }).waitFor());
    await page.goto('/settings/devices');
    await see('devices', page.getByRole('list', { name: 'Devices' }).getByRole('listitem').first().waitFor());
    await page.goto(link);
    await see('join', page.getByRole('heading', { name: 'Allotment neighbours' }).waitFor());
    await page.goto(link.replace(/.$/, link.endsWith('A') ? 'Q' : 'A'));
    await page.reload();
    await see('join-wrong', page.getByRole('alert').waitFor());
    expect(complaints).toEqual([]);
  });

const tabTo = async (page: Page, name: string | RegExp, role: 'button' | 'textbox' | 'link'): Promise<void> => {
  const target = page.getByRole(role, { name }).first();
  for (let presses = 0; presses < 40; presses++) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  expect(await page.evaluate(() => document.activeElement?.outerHTML), `focus on ${name}`).toBe('reached');
};

test('[E2E-9] the keyboard alone is enough: sign up, make a group, invite, write, read, open details', async ({
  open,
}) => {
  const { page } = await open(DESKTOP);
  await tabTo(page, 'Your name', 'textbox');
  await page.keyboard.type('Kay Board');
  await tabTo(page, 'Create passkey', 'button');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'New group' }).waitFor();
  await tabTo(page, 'New group', 'button');
  await page.keyboard.press('Enter');
  await page.getByRole('dialog', { name: 'New group' }).waitFor();
  await page.keyboard.type('Keys only');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('textbox', { name: 'Invitation link' })).toHaveValue(/#/);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await tabTo(page, 'Message', 'textbox');
  await page.keyboard.type('first line');
  await page.keyboard.press('Shift+Enter');
  await page.keyboard.type('second line');
  await page.keyboard.press('Enter');
  await expectTick(page, 'second line', 'Stored by the server');
  await page.keyboard.type('another');
  await page.keyboard.press('Enter');
  await message(page, 'another').waitFor();

  await page.keyboard.press('Shift+Tab');
  await expect(message(page, 'another')).toBeFocused();
  await page.keyboard.press('ArrowUp');
  await expect(message(page, 'second line')).toBeFocused();
  await page.keyboard.press('Enter');
  await page.getByRole('dialog', { name: 'Message' }).waitFor();
  await page.keyboard.press('Escape');
  await expect(message(page, 'second line')).toBeFocused();
});

test('[E2E-10] hostile names and texts are shown as text, and nothing of them runs', async ({ open }) => {
  const [mara, omar] = [await open(DESKTOP), await open(DESKTOP)];
  await mara.page.getByRole('textbox', { name: 'Your name' }).fill('Eve\u202e<img src=x onerror=alert(1)>\u200b');
  await mara.page.getByRole('textbox', { name: 'Handle' }).fill('eve.hostile');
  await mara.page.getByRole('button', { name: 'Create passkey' }).click();
  await mara.page.getByRole('button', { name: 'New group' }).waitFor();
  const link = await createGroup(mara.page, '<script>alert(2)</script> \u202eclub');
  await join(omar.page, link, 'Omar Careful');
  const hostile = [
    'javascript:alert(3)',
    '<b onclick=alert(4)>bold</b>',
    'https://example.org/"onmouseover="alert(5)',
    '\u202eexe.txt',
  ];
  for (const text of hostile) await say(mara.page, text);
  await message(omar.page, 'exe.txt').waitFor();
  for (const { page, complaints } of [mara, omar]) {
    expect(await page.locator('[onclick], [onerror], [onmouseover], img[src="x"], a[href^="javascript"]').count()).toBe(
      0,
    );
    expect(complaints).toEqual([]);
  }
  await expect(omar.page.getByText('Eve<img src=x onerror=alert(1)>').first()).toBeVisible();
});
