import { expect, type Page } from '@playwright/test';
import { createGroup, expectTick, join, message, say, signUpWithPasskey, textsOf } from './harness/acts.ts';
import { waitForOfflineReady } from './harness/person.ts';
import { createProfile } from './harness/profile.ts';
import { test } from './harness/test.ts';

const OFFLINE = /Offline\. Everything works/;
const three = ['offline one', 'offline two', 'offline three'] as const;

const expectOnceInOrder = (page: Page): Promise<void> =>
  expect.poll(() => textsOf(page, 'offline '), { timeout: 30_000 }).toEqual([...three]);

test('[E2E-4] written with the server stopped and the page reopened cold, all arrives once and in order', async ({
  open,
  server,
}) => {
  const mara = await open();
  await signUpWithPasskey(mara.page, 'Mara Cold');
  const link = await createGroup(mara.page, 'Field team');
  const omar = await open();
  await join(omar.page, link, 'Omar Cold');
  await say(omar.page, 'before the storm');
  await expect(message(mara.page, 'before the storm')).toBeVisible();
  const conversation = mara.page.url();
  await waitForOfflineReady(mara.page);

  await server.stop();
  await mara.page.close();
  const page = await mara.context.newPage();
  await page.goto(conversation);
  await expect(message(page, 'before the storm')).toBeVisible();
  for (const text of three) await say(page, text);
  for (const text of three) await expectTick(page, text, 'Waiting on this device');
  await expect(page.getByText(OFFLINE)).toContainText('3 messages go out');

  await server.start();
  await expectOnceInOrder(omar.page);
  await expectOnceInOrder(page);
  for (const text of three) await expectTick(page, text, /On their devices|Read/);
  await expect(page.getByText(OFFLINE)).toBeHidden();
});

test('[E2E-5] the same with two tabs, one of them closed while it leads', async ({ open, server }) => {
  const mara = await open();
  await signUpWithPasskey(mara.page, 'Mara Tabs');
  const link = await createGroup(mara.page, 'Two tabs');
  const omar = await open();
  await join(omar.page, link, 'Omar Tabs');
  const second = await mara.openTab();
  await second.goto(mara.page.url());
  await expect(second.getByRole('textbox', { name: 'Message' })).toBeVisible();

  await server.stop();
  await say(mara.page, three[0]);
  await expect(message(second, three[0])).toBeVisible();
  await say(second, three[1]);
  await expect(message(mara.page, three[1])).toBeVisible();
  await mara.page.close();
  await say(second, three[2]);

  await server.start();
  await expectOnceInOrder(omar.page);
  await expectOnceInOrder(second);
});

test('[E2E-6] the same with the browser killed between writing and sending', async ({ open, server }) => {
  const omar = await open();
  await signUpWithPasskey(omar.page, 'Omar Killed');
  const link = await createGroup(omar.page, 'Power cuts');
  const profile = createProfile();
  try {
    const mara = await profile.open(server.url);
    await join(mara.page, link, 'Mara Killed');
    await expect(mara.page.getByRole('textbox', { name: 'Message' })).toBeVisible();
    await waitForOfflineReady(mara.page);
    const conversation = mara.page.url();
    const passkeys = await mara.authenticator.passkeys();

    await server.stop();
    for (const text of three) await say(mara.page, text);
    await profile.kill();

    const again = await profile.open(server.url, passkeys);
    await again.page.goto(conversation);
    for (const text of three) await expectTick(again.page, text, 'Waiting on this device');
    await server.start();
    await expectOnceInOrder(omar.page);
    await expectOnceInOrder(again.page);
  } finally {
    await profile.remove();
    if (server.pid() === undefined) await server.start();
  }
});

test('[E2E-7] the server killed while both write: nothing is lost, nothing comes twice', async ({ open, server }) => {
  const [mara, omar] = [await open(), await open()];
  await signUpWithPasskey(mara.page, 'Mara Storm');
  const link = await createGroup(mara.page, 'Storm');
  await join(omar.page, link, 'Omar Storm');
  const written: string[] = [];
  for (let round = 1; round <= 3; round++) {
    for (const [person, who] of [
      [mara, 'mara'],
      [omar, 'omar'],
    ] as const) {
      written.push(`storm ${who} ${round}`);
      await say(person.page, `storm ${who} ${round}`);
    }
    await server.kill();
    await server.start();
  }
  for (const { page } of [mara, omar])
    await expect
      .poll(async () => (await textsOf(page, 'storm ')).sort(), { timeout: 40_000 })
      .toEqual([...written].sort());
  expect(await textsOf(mara.page, 'storm ')).toEqual(await textsOf(omar.page, 'storm '));
});
