/** What people do, in the words of the interface: specs read as stories, and names change in one place. */
import { expect, type Locator, type Page } from '@playwright/test';

export const PASSWORD = 'four quiet herons wading';

export const signUpWithPasskey = async (page: Page, name: string): Promise<void> => {
  await page.getByRole('textbox', { name: 'Your name' }).fill(name);
  await page.getByRole('button', { name: 'Create passkey' }).click();
  await expectSignedIn(page);
};

export const signUpWithPassword = async (page: Page, name: string): Promise<void> => {
  await page.getByRole('textbox', { name: 'Your name' }).fill(name);
  await page.getByRole('button', { name: 'Use a password instead' }).click();
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Create account' }).click();
  await expectSignedIn(page);
};

export const signInWithPassword = async (page: Page, handle: string): Promise<void> => {
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('textbox', { name: 'Handle' }).fill(handle);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.locator('form').getByRole('button', { name: 'Sign in', exact: true }).click();
  await expectSignedIn(page);
};

/** Away from the welcome page: the list, or the invitation one came by. */
const expectSignedIn = (page: Page): Promise<void> =>
  expect(page.getByRole('button', { name: /^(New group|Join)$/ }).first()).toBeVisible();

/** Makes a group and gives the link that invites to it. */
export const createGroup = async (page: Page, title: string): Promise<string> => {
  await page.getByRole('button', { name: 'New group' }).click();
  await page.getByRole('textbox', { name: 'Name of the group' }).fill(title);
  await page.getByRole('button', { name: 'Create group' }).click();
  const link = page.getByRole('textbox', { name: 'Invitation link' });
  await expect(link).toHaveValue(/\/join\/[\w-]+#[\w-]+$/);
  const url = await link.inputValue();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('heading', { name: title })).toBeVisible();
  return url;
};

/** Follows an invitation's link; signs up first where the person has no account yet. */
export const join = async (page: Page, url: string, newName?: string): Promise<void> => {
  await page.goto(url);
  if (newName !== undefined) await signUpWithPasskey(page, newName);
  await page.getByRole('button', { name: 'Join', exact: true }).click();
  await expect(page.getByRole('textbox', { name: 'Message' })).toBeVisible();
};

export const say = async (page: Page, text: string): Promise<void> => {
  const composer = page.getByRole('textbox', { name: 'Message' });
  await composer.fill(text);
  // Not by Enter: with a touch screen it breaks the line.
  await page.getByRole('button', { name: 'Send' }).click();
  await expect(composer).toHaveValue('');
};

export const message = (page: Page, text: string): Locator =>
  page.getByRole('log', { name: 'Messages' }).getByRole('article').filter({ hasText: text });

export type TickName = 'Waiting on this device' | 'Stored by the server' | 'On their devices' | 'Read';

export const expectTick = (page: Page, text: string, tick: TickName | RegExp): Promise<void> =>
  expect(message(page, text).getByRole('img', { name: tick })).toBeVisible();

/** The texts of the timeline, in order, of messages that begin with `prefix`. */
export const textsOf = async (page: Page, prefix: string): Promise<string[]> => {
  const articles = page.getByRole('log', { name: 'Messages' }).getByRole('article').filter({ hasText: prefix });
  const texts = await articles.allInnerTexts();
  return texts.map((text) => text.split('\n').find((line) => line.startsWith(prefix)) ?? text);
};
