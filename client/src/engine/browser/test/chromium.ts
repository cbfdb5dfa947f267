/** The browser that tests drive: `CHROMIUM`, else the system's, else the one that Playwright installs. */
import { existsSync } from 'node:fs';
import { type Browser, chromium } from '@playwright/test';

const SYSTEM_CHROMIUM = '/usr/bin/chromium';
const executablePath = process.env['CHROMIUM'] ?? (existsSync(SYSTEM_CHROMIUM) ? SYSTEM_CHROMIUM : undefined);

export const launchChromium = (): Promise<Browser> =>
  chromium.launch({
    ...(executablePath === undefined ? {} : { executablePath }),
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-sync'],
  });

/** Null when tests can run; else why not. */
export const whyNoChromium = (): string | null =>
  existsSync(executablePath ?? chromium.executablePath()) ? null : 'there is no Chromium: set CHROMIUM to its path';
