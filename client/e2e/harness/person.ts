/** Somebody with a browser: a profile of their own, one page, and an authenticator for passkeys. */
import { type Browser, type BrowserContext, type BrowserContextOptions, expect, type Page } from '@playwright/test';
import { type Authenticator, createAuthenticator, type Passkey } from './authenticator.ts';

export interface Person {
  readonly context: BrowserContext;
  readonly page: Page;
  readonly authenticator: Authenticator;
  /** What the pages complained about: uncaught errors, console errors, violations of the security policy. */
  readonly complaints: readonly string[];
  /** Another tab of the same profile, with a copy of the passkeys. */
  openTab(): Promise<Page>;
  close(): Promise<void>;
}

/** A person with a fresh profile, at `url`. */
export const openPerson = async (browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Person> =>
  createPerson(await browser.newContext({ baseURL: url, ...options }), url);

/** A person in a context that exists, e.g. one with a profile on disk. */
export const createPerson = async (
  context: BrowserContext,
  url: string,
  passkeys: readonly Passkey[] = [],
): Promise<Person> => {
  const complaints: string[] = [];
  const watch = (page: Page): void => {
    page.on('pageerror', (error) => complaints.push(`uncaught: ${error.message}`));
    page.on('console', (message) => {
      if (message.type() === 'error' && !isExpected(message.text())) complaints.push(`console: ${message.text()}`);
    });
  };
  context.on('page', watch);
  const [existing] = context.pages();
  if (existing !== undefined) watch(existing);
  const page = existing ?? (await context.newPage());
  const authenticator = await createAuthenticator(page, passkeys);
  await page.goto(url);
  return {
    context,
    page,
    authenticator,
    complaints,
    openTab: async () => {
      const tab = await context.newPage();
      await createAuthenticator(tab, await authenticator.passkeys());
      await tab.goto(url);
      return tab;
    },
    close: () => context.close(),
  };
};

/** The browser itself writes these down when a server is away or a session is asked for that does not exist yet. */
const isExpected = (text: string): boolean =>
  /net::ERR_(?:CONNECTION|INTERNET_DISCONNECTED|EMPTY_RESPONSE)|status of 401|WebSocket connection to .* failed/.test(
    text,
  );

/** Until the service worker controls the page: from then on it opens without the server. */
export const waitForOfflineReady = async (page: Page): Promise<void> => {
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await expect.poll(() => page.evaluate(() => caches.keys().then((names) => names.length))).toBeGreaterThan(0);
};
