/**
 * A browser with a profile on disk, for what happens when it is closed or killed: everything that reached the disk is
 * there when it opens again, everything else is gone.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContextOptions, chromium as playwright } from '@playwright/test';
import { chromium } from '../../../chromium.ts';
import type { Passkey } from './authenticator.ts';
import { createPerson, type Person } from './person.ts';

export interface Profile {
  readonly folder: string;
  /** Opens the browser; one at a time. `passkeys`: those of the person before the browser was closed. */
  open(url: string, passkeys?: readonly Passkey[]): Promise<Person>;
  /** Kills the browser's processes as a power cut would. */
  kill(): Promise<void>;
  /** Removes the profile; kills the browser when it is still open. */
  remove(): Promise<void>;
}

export const createProfile = (options: BrowserContextOptions = {}): Profile => {
  const folder = mkdtempSync(join(tmpdir(), 'kith-profile-'));
  let open: Person | undefined;

  const kill = async (): Promise<void> => {
    const person = open;
    open = undefined;
    if (person === undefined) return;
    const closed = new Promise((resolve) => person.context.once('close', resolve));
    for (const pid of processesOf(folder)) killQuietly(pid);
    await closed;
  };

  return {
    folder,
    open: async (url, passkeys) => {
      const context = await playwright.launchPersistentContext(folder, { ...chromium, baseURL: url, ...options });
      // However it ends: whoever closed the browser leaves nothing to kill.
      context.once('close', () => {
        open = undefined;
      });
      open = await createPerson(context, url, passkeys);
      return open;
    },
    kill,
    remove: async () => {
      await kill();
      rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
    },
  };
};

/** Chromium's processes that were started with this profile: the folder stands in their command line. */
const processesOf = (folder: string): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => orEmpty(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8')).includes(folder))
    .map(Number);

const killQuietly = (pid: number): void => {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It was the child of one that is gone already.
  }
};

const orEmpty = (read: () => string): string => {
  try {
    return read();
  } catch {
    return '';
  }
};
