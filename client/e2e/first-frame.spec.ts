import { type BrowserContextOptions, type CDPSession, expect, type Page } from '@playwright/test';
import { createGroup, expectTick, join, message, say } from './harness/acts.ts';
import { type Person, waitForOfflineReady } from './harness/person.ts';
import { test } from './harness/test.ts';

const looks: readonly (BrowserContextOptions & { readonly name: string })[] = [
  { name: 'desktop', viewport: { width: 1280, height: 800 } },
  { name: 'phone', viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, colorScheme: 'dark' },
];
const HOSTILE_NAME = 'Eve<img src=x onerror=alert(1)>';
const HOSTILE = '</div></div><script>alert(2)</script> $& <b style="color:red">bold</b>';
/** What names and texts would have made, had they been taken for HTML; and what the security policy refuses. */
const MADE_UP = '#root :is(script, b, img, i, [style])';
const LAST = 'the last one https://example.org/x';

/** Until what is shown now, which has `text` in it, is kept for the next start. */
const waitForFrame = (page: Page, text: string): Promise<void> =>
  expect
    .poll(() => page.evaluate(readFrame), { message: 'what is kept for the next start', timeout: 30_000 })
    .toContain(text);

/** In the page: everything in every cache but the files of the build. */
const readFrame = async (): Promise<string> => {
  const texts: string[] = [];
  for (const name of (await caches.keys()).filter((key) => !key.includes('precache')))
    for (const request of await (await caches.open(name)).keys())
      texts.push((await (await caches.match(request))?.text()) ?? '');
  return texts.join('\n');
};

/** Somebody with a conversation of two, who has seen it all. */
const talk = async (
  open: (options?: BrowserContextOptions) => Promise<Person>,
  look: BrowserContextOptions,
  handle: string,
) => {
  const eve = await open();
  await eve.page.getByRole('textbox', { name: 'Your name' }).fill(HOSTILE_NAME);
  await eve.page.getByRole('textbox', { name: 'Handle' }).fill(handle);
  await eve.page.getByRole('button', { name: 'Create passkey' }).click();
  await eve.page.getByRole('button', { name: 'New group' }).waitFor();
  const link = await createGroup(eve.page, 'Allotment <i>club</i>');
  const mara = await open(look);
  await join(mara.page, link, `Mara ${handle}`);
  for (let n = 1; n <= 12; n++) await say(eve.page, `line ${n}`);
  await say(mara.page, 'an answer');
  await expect(message(eve.page, 'an answer')).toBeVisible();
  await say(eve.page, HOSTILE);
  await expect(message(mara.page, '$&')).toBeVisible();
  await say(mara.page, LAST);
  await expectTick(mara.page, LAST, /On their devices|Read/);
  await waitForOfflineReady(mara.page);
  await waitForFrame(mara.page, 'the last one');
  return mara;
};

/** A tab in which no script runs until it is allowed to: what is seen then was there before any. */
const openWithoutScripts = async ({ context }: Person, url: string): Promise<{ page: Page; devtools: CDPSession }> => {
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  await devtools.send('Emulation.setScriptExecutionDisabled', { value: true });
  await page.goto(url);
  return { page, devtools };
};

const topOf = async (page: Page, text: string): Promise<number> =>
  (await page.locator('article').filter({ hasText: text }).last().boundingBox())?.y ?? Number.NaN;

for (const { name, ...look } of looks)
  test(`[PWA-6] messages are there before any script, as text, and stay where they are: ${name}`, async ({
    open,
    server,
  }, info) => {
    const mara = await talk(open, look, `eve.${name}`);
    const conversation = mara.page.url();
    await server.stop();
    try {
      await mara.page.close();
      const { page: still } = await openWithoutScripts(mara, conversation);
      for (const text of [LAST, 'line 12', HOSTILE, HOSTILE_NAME])
        await expect(still.getByText(text).first()).toBeVisible();
      expect(await still.locator(MADE_UP).evaluateAll((found) => found.map(({ outerHTML }) => outerHTML))).toEqual([]);
      // Not to be operated, nor read out: nothing in it has a role.
      expect(await still.locator('#root > [inert][aria-hidden]').count()).toBe(1);
      await expect(still.getByRole('textbox')).toHaveCount(0);
      await still.screenshot({ path: info.outputPath('still.png') });
      const before = [await topOf(still, LAST), await topOf(still, 'line 11')];
      await still.close();

      const page = await mara.context.newPage();
      await page.goto(conversation);
      await expect(message(page, LAST)).toBeVisible();
      const after = [await topOf(page, LAST), await topOf(page, 'line 11')];
      await page.screenshot({ path: info.outputPath('page.png') });
      for (const [at, top] of after.entries()) expect(Math.abs(top - (before[at] ?? Number.NaN))).toBeLessThan(1);
      await expect(page.locator('article').filter({ hasText: LAST })).toHaveCount(1);
      await expect(page.locator('#main')).toHaveCount(1);
      await expect(page.locator('#root > [inert]')).toHaveCount(0);
      await expect(page.getByRole('textbox', { name: 'Message' })).toHaveCount(1);
      await say(page, 'written afterwards');
      await expectTick(page, 'written afterwards', 'Waiting on this device');
      expect(mara.complaints).toEqual([]);
    } finally {
      await server.start();
    }
  });

test('[PWA-6] when the interface takes over, no frame is without messages, and none of them moves', async ({
  open,
  server,
}) => {
  const mara = await talk(open, looks[0] ?? {}, 'eve.frames');
  const conversation = mara.page.url();
  await mara.page.getByRole('textbox', { name: 'Message' }).fill('half\nwritten\nso far');
  await waitForFrame(mara.page, 'so far');
  await server.stop();
  try {
    await mara.page.close();
    const page = await mara.context.newPage();
    await page.addInitScript(noteTops);
    await page.goto(conversation);
    await expect(message(page, LAST)).toBeVisible();
    await expect(page.getByRole('textbox', { name: 'Message' })).toBeFocused();
    await expect(page.getByRole('textbox', { name: 'Message' })).toHaveValue('half\nwritten\nso far');
    const frames = await page.evaluate(() => Reflect.get(window, 'tops') as readonly string[]);
    expect(frames.length).toBeGreaterThan(1);
    expect(new Set(frames).size, frames.join('\n')).toBe(1);
  } finally {
    await server.start();
  }
});

/** In the page: where the last message and the rows of the list are, in every frame from the first that shows one. */
const noteTops = (): void => {
  const tops: string[] = [];
  Object.assign(window, { tops });
  const isSeen = (element: Element): boolean => element.checkVisibility({ opacityProperty: true });
  const topsOf = (selector: string): number[] =>
    [...document.querySelectorAll(selector)]
      .filter(isSeen)
      .map((element) => Math.round(element.getBoundingClientRect().top));
  const look = (): void => {
    const last = topsOf('article').at(-1);
    if (last !== undefined || tops.length > 0) tops.push(`message ${last}, list ${topsOf('nav a[href^="/c/"]')}`);
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
};

test('[PWA-7] after signing out nothing of the conversation is kept, and its address shows none of it', async ({
  open,
  server,
}) => {
  const mara = await talk(open, looks[0] ?? {}, 'eve.leaves');
  const conversation = mara.page.url();
  await mara.page.getByRole('link', { name: /^Settings of/ }).click();
  await mara.page.getByRole('button', { name: 'Sign out' }).click();
  await mara.page
    .getByRole('dialog')
    .getByRole('button', { name: /Sign out/ })
    .click();
  await expect(mara.page.getByRole('button', { name: /passkey/ }).first()).toBeVisible();
  await expect.poll(() => mara.page.evaluate(readFrame)).toBe('');
  await mara.page.close();
  await server.stop();
  try {
    const { page } = await openWithoutScripts(mara, conversation);
    await expect(page.locator('#root')).toBeEmpty();
    expect(await page.content()).not.toContain('line 12');
  } finally {
    await server.start();
  }
});
