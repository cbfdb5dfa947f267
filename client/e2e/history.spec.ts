import { expect, type Locator } from '@playwright/test';
import { join } from './harness/acts.ts';
import { importHistory } from './harness/import-history.ts';
import { test } from './harness/test.ts';

const MESSAGES = 2_000;
/** Read upwards: beyond the part of the history that a new device gets at first. */
const PAGES = 21;

/**
 * Goes almost to the top, takes hold of the message in the middle, and looks at it in every frame until older ones are
 * above. Gives how far it moved on the screen meanwhile, pixels.
 */
const readUpwards = (log: Locator, toTopPx: number): Promise<number> =>
  log.evaluate(async (box, topPx) => {
    const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    const height = box.scrollHeight;
    box.scrollTop = Math.min(box.scrollTop, topPx);
    const middle = box.getBoundingClientRect().top + box.clientHeight / 2;
    const distance = (article: Element) => Math.abs(article.getBoundingClientRect().top - middle);
    const nearest = () => [...box.querySelectorAll('article')].sort((a, b) => distance(a) - distance(b))[0];
    let held: Element | undefined;
    // Until what stands there is laid out.
    for (; held === undefined || distance(held) > box.clientHeight / 2; held = nearest()) await nextFrame();
    await nextFrame();
    const id = held.getAttribute('data-event');
    const topNow = () => box.querySelector(`[data-event="${id}"]`)?.getBoundingClientRect().top ?? Number.NaN;
    const top = topNow();
    let movedPx = 0;
    for (let frames = 0, framesAfter = 0; framesAfter < 4; frames++) {
      await nextFrame();
      if (frames > 1_800) throw new Error(`nothing came above: at ${box.scrollTop} of ${box.scrollHeight}`);
      movedPx = Math.max(movedPx, Math.abs(topNow() - top));
      if (Number.isNaN(movedPx)) throw new Error('what was being read is gone');
      if (box.scrollHeight - height > 500) framesAfter++;
    }
    return movedPx;
  }, toTopPx);

test('[UI-27] scrolling up through a long history never moves what is being read', async ({ open, server }) => {
  test.setTimeout(240_000);
  const link = await importHistory(server.url, MESSAGES);
  const { page, complaints } = await open({ viewport: { width: 1280, height: 800 } });
  await join(page, link, 'Rita Reader');
  const log = page.getByRole('log', { name: 'Messages' });
  await log.getByRole('article').first().waitFor();
  await expect(log).toHaveAttribute('aria-busy', 'false');
  const moved: number[] = [];
  while (moved.length < PAGES) moved.push(await readUpwards(log, 20 + (moved.length % 5) * 30));
  expect(Math.max(...moved)).toBeLessThanOrEqual(1);
  expect(complaints).toEqual([]);
});
