import { createEngineOnStore, createMemoryLocalStore, createViews, type EngineStatus } from '@kith/client/engine';
import { expect } from '@playwright/test';
import { findAccessibilityProblems } from './harness/accessibility.ts';
import { createGroup, expectTick, message, PASSWORD, say, signUpWithPassword } from './harness/acts.ts';
import { test } from './harness/test.ts';

/** More than goes at once and in the ten seconds after that. */
const FLOOD = 1_060;

const LOOKS = [
  { name: 'desktop-light', width: 1280, height: 800, colorScheme: 'light' },
  { name: 'desktop-dark', width: 1280, height: 800, colorScheme: 'dark' },
  { name: 'phone-dark', width: 390, height: 844, colorScheme: 'dark' },
  { name: 'phone-light', width: 390, height: 844, colorScheme: 'light' },
] as const;

test('[LIM-5] who wrote more than goes at once sees how long it waits; it goes on by itself', async ({
  open,
  server,
}, info) => {
  const { page, complaints } = await open({ reducedMotion: 'reduce' });
  await signUpWithPassword(page, 'Hasty Hal');
  await createGroup(page, 'Allotment neighbours');
  await say(page, 'one by one');
  await expectTick(page, 'one by one', 'Stored by the server');

  // the same account's other device uses up what both may write
  const store = createMemoryLocalStore();
  const engine = createEngineOnStore({ server: server.url, store });
  const flooding = { slowed: [] } as unknown as { slowed: EngineStatus['slowed'] };
  await engine.onStatus(({ slowed }) => Object.assign(flooding, { slowed }));
  await engine.signInWithPassword({ handle: 'hasty.hal', password: PASSWORD, deviceName: 'flood' });
  const list = createViews(store).conversations();
  await expect.poll(async () => (await list.get()).length).toBe(1);
  const [conversation] = await list.get();
  for (let n = 0; n < FLOOD; n++) await engine.sendMessage(conversation!.id, { text: `flood ${n}` });
  await expect.poll(() => flooding.slowed.length, { timeout: 60_000 }).toBe(1);
  await engine.close();

  await say(page, 'and one more');
  const line = page.getByRole('status', { name: 'Sending' });
  await expect(line).toContainText(/Slow down: you can send again in \d+ s/);
  await expectTick(page, 'and one more', 'Waiting on this device');
  for (const { name, colorScheme, ...viewport } of LOOKS) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize(viewport);
    await expect(message(page, 'and one more')).toBeInViewport();
    await expect(page.getByRole('button', { name: /Jump to latest/ })).toBeHidden();
    await page.screenshot({ path: info.outputPath(`${name}.png`) });
  }
  expect.soft(await findAccessibilityProblems(page)).toEqual([]);
  await expectTick(page, 'and one more', 'Stored by the server');
  await expect(line).toBeEmpty();
  await expect(message(page, 'and one more')).toHaveCount(1);
  expect(complaints).toEqual([]);
});
