import type { Browser, BrowserContext, Page } from '@playwright/test';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { launchChromium, whyNoChromium } from '../engine/browser/test/chromium.ts';
import { FRAME_CACHE, FRAME_KEY } from './first-frame.ts';
import { type BuiltApp, buildApp } from './test/built-app.ts';
import { sampleFrame } from './test/sample-frame.ts';

/** Installed, and in control of the page. */
const installed = (page: Page): Promise<unknown> =>
  page.waitForFunction(() => navigator.serviceWorker.controller?.state === 'activated');

const cachedPaths = (page: Page): Promise<string[]> =>
  page.evaluate(async () => {
    const names = await caches.keys();
    const requests = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
    return requests.flat().map(({ url }) => new URL(url).pathname);
  });

/** A sentence that stands in Yjs alone, and that no minifier removes. */
const YJS_MARK = 'Yjs was already imported';

/** In the page: what it says to a service worker is said all the same. */
const noteFollowing = (): void => {
  const { postMessage } = ServiceWorker.prototype;
  ServiceWorker.prototype.postMessage = function (this: ServiceWorker, message: { readonly type?: string }): void {
    if (message.type === 'FOLLOWS') sessionStorage.setItem('followed', 'yes');
    postMessage.call(this, message);
  };
};

/** In the page. */
const keepFrame = async ({ cache, key, text }: Record<'cache' | 'key' | 'text', string>): Promise<void> =>
  (await caches.open(cache)).put(key, new Response(text));

/** Waiting for the browser's own doing. */
const PATIENT = { timeout: 10_000 };

const hasRoot = (page: Page): Promise<boolean> => page.evaluate(() => document.getElementById('root') !== null);

describe.skipIf(whyNoChromium() !== null)('the installed app in Chromium', () => {
  let app: BuiltApp;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  beforeAll(async () => {
    [app, browser] = await Promise.all([buildApp(), launchChromium()]);
  });
  afterAll(async () => {
    await browser.close();
    await app.remove();
  });
  beforeEach(async () => {
    context = await browser.newContext();
    await context.addInitScript(noteFollowing);
    page = await context.newPage();
    await page.goto(`${app.url}/`);
    await installed(page);
  });
  afterEach(() => context.close());

  test('[PWA-1] the browser finds nothing wrong with the manifest', async () => {
    const devtools = await context.newCDPSession(page);
    const { errors, url } = await devtools.send('Page.getAppManifest');
    expect(new URL(url).pathname).toBe('/manifest.webmanifest');
    expect(errors).toEqual([]);
    const { installabilityErrors } = await devtools.send('Page.getInstallabilityErrors');
    // A window of the test is as private as an incognito one; nothing else may be wrong.
    expect(installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== 'in-incognito')).toEqual([]);
  });

  test('[PWA-2] with the server stopped, every page of the app opens cold', async () => {
    await page.close();
    await app.stop();
    try {
      for (const path of ['/', '/c/AwAAAAEAAAAAAAAAAAAAAA', '/join/AwAAAAEAAAAAAAAAAAAAAA#secret', '/settings?x=1']) {
        const cold = await context.newPage();
        await cold.goto(app.url + path);
        expect(await hasRoot(cold), path).toBe(true);
        await cold.close();
      }
    } finally {
      await app.start();
    }
  });

  test('[PWA-3] what the server answers is never kept, and its paths are never the app’s', async () => {
    expect(await page.evaluate(async () => (await fetch('/api/conversations')).json())).toEqual({ fresh: true });
    expect((await cachedPaths(page)).filter((path) => /^\/(api|sync|health|files|yjs)/.test(path))).toEqual([]);
    await app.stop();
    try {
      expect(
        await page.evaluate(() =>
          fetch('/api/conversations').then(
            () => 'an answer',
            () => 'none',
          ),
        ),
      ).toBe('none');
      for (const path of ['/api/openapi.json', '/health', '/sync', '/files/x']) {
        const other = await context.newPage();
        await expect(other.goto(app.url + path), path).rejects.toThrow('ERR_CONNECTION_REFUSED');
        await other.close();
      }
    } finally {
      await app.start();
    }
  });

  test('[BRW-1] what a page loads at first carries no Yjs; the worker does', async () => {
    const scripts = await page.evaluate(async () => {
      const names = performance.getEntriesByType('resource').map(({ name }) => name);
      const urls = names.filter((name) => /\/assets\/.*\.js$/.test(name));
      return Promise.all(urls.map(async (url) => ({ url, text: await (await fetch(url)).text() })));
    });
    const withYjs = scripts.filter(({ text }) => text.includes(YJS_MARK)).map(({ url }) => new URL(url).pathname);
    expect(scripts.length).toBeGreaterThan(0);
    expect(withYjs.filter((path) => !path.startsWith('/assets/worker-'))).toEqual([]);
    const worker = (await cachedPaths(page)).find((path) => path.startsWith('/assets/worker-')) ?? '';
    expect(await page.evaluate(async (path) => (await fetch(path)).text(), worker)).toContain(YJS_MARK);
  });

  test('[PWA-2] a cold start asks the server for nothing but a newer version', async () => {
    await page.close();
    const before = app.asked.length;
    const cold = await context.newPage();
    await cold.goto(`${app.url}/`);
    await cold.waitForLoadState('networkidle');
    const asked = app.asked.slice(before).filter((path) => !path.startsWith('/api/'));
    expect(asked.filter((path) => path !== '/service-worker.js')).toEqual([]);
  });

  test('[PWA-4] a new version waits until it is told to take over, then every tab is loaded anew', async () => {
    const other = await context.newPage();
    await other.goto(`${app.url}/`);
    await installed(other);
    await markOld(page, other);
    await installNext();
    expect([await isOld(page), await isOld(other)]).toEqual([true, true]);
    await takeOver();
    await expectLoadedAnew(page, other);
    expect([await hasFollowed(page), await hasFollowed(other)]).toEqual([true, true]);
  });

  test('[PWA-4] a tab that is still starting when the new version takes over is loaded anew, too', async () => {
    const starting = await context.newPage();
    // Never painted, and never out of patience: the service worker is not registered by this tab.
    await starting.addInitScript(() => {
      const { setTimeout } = window;
      window.requestAnimationFrame = () => 0;
      window.setTimeout = ((run: () => void, ms = 0) =>
        ms < 1_000 ? setTimeout(run, ms) : 0) as typeof window.setTimeout;
    });
    await starting.goto(`${app.url}/`);
    await starting.getByRole('textbox').first().waitFor();
    await markOld(starting);
    await installNext();
    await takeOver();
    await expectLoadedAnew(starting);
    expect(await hasFollowed(starting)).toBe(true);
  });

  test('[PWA-5] a page of the old version in which nothing runs is loaded anew by the new one', async () => {
    const silent = await context.newPage();
    await silent.goto(`${app.url}/favicon.svg`);
    await markOld(silent);
    await installNext();
    await takeOver();
    await expectLoadedAnew(silent);
    expect(await hasFollowed(silent)).toBe(false);
  });

  test('[PWA-5] a tab that misses a part of its build is loaded anew once, then says what is wrong', async () => {
    const part = (await cachedPaths(page)).find((path) => path.startsWith('/assets/start-')) ?? '';
    expect(part).not.toBe('');
    app.lose(part);
    try {
      await page.evaluate(async (path) => {
        for (const name of await caches.keys())
          for (const request of await (await caches.open(name)).keys())
            if (request.url.endsWith(path)) await (await caches.open(name)).delete(request);
      }, part);
      const tab = await context.newPage();
      let loads = 0;
      tab.on('domcontentloaded', () => loads++);
      await tab.goto(`${app.url}/`);
      await expect.poll(() => loads, PATIENT).toBe(2);
      await tab.getByText('Kith could not be loaded').waitFor();
      await tab.waitForLoadState('networkidle');
      expect(loads).toBe(2);
    } finally {
      app.lose(null);
    }
  });

  test('[PWA-6] [PWA-7] a kept frame comes in the shell, under the server’s policy; with nobody signed in it is forgotten', async () => {
    const path = '/c/AwAAAAEAAAAAAAAAAAAAAA';
    const { day, build } = await page.evaluate(() => ({
      day: [new Date().getFullYear(), new Date().getMonth() + 1, new Date().getDate()].join('-'),
      build: document.querySelector('script')?.getAttribute('src') ?? '',
    }));
    const frame = sampleFrame({ path, build, day, theme: 'dark', html: '<p id="kept">$& said</p>' });
    await page.evaluate(keepFrame, { cache: FRAME_CACHE, key: FRAME_KEY, text: JSON.stringify(frame) });
    const cold = await context.newPage();
    const devtools = await context.newCDPSession(cold);
    await devtools.send('Emulation.setScriptExecutionDisabled', { value: true });
    const answer = await cold.goto(app.url + path);
    expect(await cold.locator('#root > #kept').textContent()).toBe('$& said');
    expect(await cold.locator('html').getAttribute('data-theme')).toBe('dark');
    expect(answer?.headers()['content-security-policy']).toContain('trusted-types kith');
    await devtools.send('Emulation.setScriptExecutionDisabled', { value: false });
    await cold.goto(app.url + path);
    await expect.poll(() => cold.evaluate((name) => caches.has(name), FRAME_CACHE), PATIENT).toBe(false);
  });

  const markOld = async (...tabs: readonly Page[]): Promise<void> => {
    for (const tab of tabs) await tab.evaluate(() => void Object.assign(window, { isOld: true }));
  };
  const isOld = (tab: Page): Promise<boolean> => tab.evaluate(() => 'isOld' in window);
  const expectLoadedAnew = async (...tabs: readonly Page[]): Promise<void> => {
    for (const tab of tabs) await expect.poll(() => isOld(tab).catch(() => true), PATIENT).toBe(false);
  };
  /** Said before it was loaded anew: it did that itself. */
  const hasFollowed = (tab: Page): Promise<boolean> => tab.evaluate(() => sessionStorage.getItem('followed') !== null);
  const installNext = async (): Promise<void> => {
    app.release(`version ${Math.random()}`);
    await page.evaluate(async () => void (await (await navigator.serviceWorker.ready).update()));
    const waiting = (): Promise<string | undefined> =>
      page.evaluate(async () => (await navigator.serviceWorker.ready).waiting?.state);
    await expect.poll(waiting, PATIENT).toBe('installed');
  };
  const takeOver = (): Promise<void> =>
    page.evaluate(async () => (await navigator.serviceWorker.ready).waiting?.postMessage({ type: 'SKIP_WAITING' }));
});
