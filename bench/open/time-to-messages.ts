/**
 * One cold start of Chromium on a profile, and how long a page takes until messages can be seen. It speaks the DevTools
 * protocol itself: Playwright turns on the debugger's Runtime domain, under which V8 parses whole scripts again for
 * stacks that nobody has without a debugger (a quarter of the time, measured).
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import CDP from 'chrome-remote-interface';
import { chromium } from '../../chromium.ts';

export interface OpeningOptions {
  /** Of a person who has the app and the conversation. */
  readonly profileFolder: string;
  readonly url: string;
  /** How many times slower the page's processor is made. */
  readonly slowdown: number;
  /** How long the browser stays: one that is closed at once loses what it learnt about the scripts. */
  readonly settleMs: number;
}

/** From navigation to the end of the frame in which a message can be seen, ms. */
export const timeToMessages = async ({ profileFolder, url, slowdown, settleMs }: OpeningOptions): Promise<number> => {
  const portFile = join(profileFolder, 'DevToolsActivePort');
  rmSync(portFile, { force: true });
  const browser = spawn(
    chromium.executablePath,
    [...chromium.args, '--headless', '--remote-debugging-port=0', `--user-data-dir=${profileFolder}`, 'about:blank'],
    { stdio: 'ignore' },
  );
  try {
    const page = await CDP({ port: await readPort(portFile, browser) });
    await page.Page.enable();
    await page.Page.addScriptToEvaluateOnNewDocument({ source: `(${noteMessagesSeen})()` });
    await page.Emulation.setCPUThrottlingRate({ rate: slowdown });
    const committed = page.Page.frameNavigated();
    await page.Page.navigate({ url });
    await committed;
    const { result } = await page.Runtime.evaluate({ expression: `(${messagesSeen})()`, awaitPromise: true });
    if (typeof result.value !== 'number') throw new Error(`no message was seen: ${JSON.stringify(result)}`);
    await pause(settleMs);
    return result.value;
  } finally {
    await close(browser);
  }
};

/** Chromium writes down the port that it chose. */
const readPort = async (file: string, browser: ChildProcess): Promise<number> => {
  while (browser.exitCode === null) {
    const [port] = readOrEmpty(file).split('\n');
    if (port) return Number(port);
    await pause(20);
  }
  throw new Error(`Chromium ended with ${browser.exitCode}`);
};

const readOrEmpty = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // not written yet
  }
};

/** Closed, not killed: what the browser had in memory is on the disk. */
const close = async (browser: ChildProcess): Promise<void> => {
  if (browser.exitCode !== null || browser.signalCode !== null) return;
  const closed = new Promise((resolve) => browser.once('exit', resolve));
  browser.kill('SIGTERM');
  await closed;
};

/** In the page. The task that a frame's callback posts runs when that frame has been laid out and painted. */
const noteMessagesSeen = (): void => {
  const canBeSeen = (article: Element): boolean =>
    article.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  const look = (): void => {
    if (![...document.querySelectorAll('article')].some(canBeSeen)) return void requestAnimationFrame(look);
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => performance.mark('messages seen');
    port2.postMessage(null);
  };
  requestAnimationFrame(look);
};

/** In the page. */
const messagesSeen = (): Promise<number> =>
  new Promise((resolve) => {
    new PerformanceObserver((list) => {
      const [mark] = list.getEntriesByName('messages seen');
      if (mark !== undefined) resolve(mark.startTime);
    }).observe({ type: 'mark', buffered: true });
  });
