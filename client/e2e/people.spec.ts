import { expect } from '@playwright/test';
import { findAccessibilityProblems } from './harness/accessibility.ts';
import {
  createGroup,
  expectTick,
  join,
  message,
  PASSWORD,
  say,
  signInWithPassword,
  signUpWithPasskey,
  signUpWithPassword,
} from './harness/acts.ts';
import { test } from './harness/test.ts';

test('[E2E-1] two people meet by a link and talk, and ticks say how far each message got', async ({ open }) => {
  const mara = await open();
  await signUpWithPasskey(mara.page, 'Mara Lindqvist');
  const link = await createGroup(mara.page, 'Rowing club');
  await say(mara.page, 'Is anybody here yet?');
  await expectTick(mara.page, 'Is anybody here yet?', 'Stored by the server');

  const omar = await open();
  await join(omar.page, link, 'Omar Haddad');
  await expect(message(omar.page, 'Is anybody here yet?')).toBeVisible();
  await expectTick(mara.page, 'Is anybody here yet?', 'Read');

  await omar.page.getByRole('textbox', { name: 'Message' }).pressSequentially('I am', { delay: 20 });
  await expect(mara.page.getByText('Omar Haddad is typing')).toBeVisible();
  await say(omar.page, 'I am. Six o’clock at the boathouse?');
  await expect(message(mara.page, 'Six o’clock at the boathouse?')).toBeVisible();
  await expectTick(omar.page, 'Six o’clock at the boathouse?', 'Read');
  await expect(mara.page.getByText('Omar Haddad is typing')).toBeHidden();
  await expect(mara.page.getByText(/1 here now/)).toBeVisible();

  expect(await findAccessibilityProblems(mara.page)).toEqual([]);
  expect([...mara.complaints, ...omar.complaints]).toEqual([]);
});

test('[E2E-2] a message is delivered once it is on their device, and read once they look', async ({ open }) => {
  const [mara, omar] = [await open(), await open()];
  await signUpWithPasskey(mara.page, 'Mara Two');
  const link = await createGroup(mara.page, 'Book circle');
  await join(omar.page, link, 'Omar Two');
  await omar.page.goto('/');
  await say(mara.page, 'Chapter nine tonight');
  await expectTick(mara.page, 'Chapter nine tonight', 'On their devices');
  const row = omar.page.getByRole('list', { name: 'Conversations' }).getByRole('link', { name: /Book circle/ });
  await expect(row).toContainText('Chapter nine tonight');
  await expect(row).toContainText(/1/);
  await row.click();
  await expectTick(mara.page, 'Chapter nine tonight', 'Read');

  await message(mara.page, 'Chapter nine tonight').getByRole('button').first().click();
  const details = mara.page.getByRole('dialog', { name: 'Message' });
  await expect(details.getByRole('list', { name: 'Read by' })).toContainText('Omar Two');
  await expect(details.getByRole('list', { name: 'On these devices' })).toContainText('Omar Two');
});

test('[E2E-3] two devices of one person show the same, and either can be signed out', async ({ open }) => {
  const [phone, laptop] = [await open({ viewport: { width: 390, height: 844 } }), await open()];
  await signUpWithPassword(phone.page, 'Ines Moreau');
  await createGroup(phone.page, 'Choir');
  await say(phone.page, 'Written on the phone');
  await expectTick(phone.page, 'Written on the phone', 'Stored by the server');

  await signInWithPassword(laptop.page, 'ines.moreau');
  await laptop.page.getByRole('link', { name: /Choir/ }).click();
  await expect(message(laptop.page, 'Written on the phone')).toBeVisible();
  await say(laptop.page, 'Written on the laptop');
  await expect(message(phone.page, 'Written on the laptop')).toBeVisible();

  await phone.page.goto('/settings/devices');
  const devices = phone.page.getByRole('list', { name: 'Devices' }).getByRole('listitem');
  await expect(devices).toHaveCount(2);
  await devices
    .getByRole('button', { name: /^Sign out of/ })
    .last()
    .click();
  await phone.page
    .getByRole('dialog')
    .getByRole('button', { name: /Sign out/ })
    .click();
  await expect(devices).toHaveCount(1);
  await expect(laptop.page.getByText('This device was signed out. Your messages are still here.')).toBeVisible();
  await expect(message(laptop.page, 'Written on the phone')).toBeVisible();

  await laptop.page.getByRole('button', { name: 'Sign in again' }).click();
  await laptop.page.getByRole('textbox', { name: 'Handle' }).fill('ines.moreau');
  await laptop.page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await laptop.page.locator('form').getByRole('button', { name: 'Sign in', exact: true }).click();
  await say(laptop.page, 'Back again');
  await expectTick(laptop.page, 'Back again', 'Stored by the server');
});
