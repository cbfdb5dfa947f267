import { closeSync, mkdtempSync, openSync, rmdirSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type ServerProcess, startServer } from '../serve/server-process.ts';
import { runCommand } from '../services/run-command.ts';
import { type Crowd, gatherCrowd } from './crowd.ts';
import { until } from './until.ts';

const LIMIT_MS = 120_000;
const MOUNT_LIMIT_MS = 10_000;
const CHUNK = new Uint8Array(4_096);

let folder: string | undefined;
let server: ServerProcess | undefined;
let crowd: Crowd | undefined;
afterEach(async () => {
  await crowd?.close();
  await server?.close();
  if (folder === undefined) return;
  await runCommand('umount', [folder], { limitMs: MOUNT_LIMIT_MS });
  rmdirSync(folder);
});

/** Until not a byte more goes in. */
const fill = (path: string): void => {
  const file = openSync(path, 'w');
  try {
    for (;;) writeSync(file, CHUNK);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  } finally {
    closeSync(file);
  }
};

test('[STO-12] a full disk: the server goes on, acknowledges nothing and says so, until there is room again', {
  timeout: LIMIT_MS,
}, async (context) => {
  folder = mkdtempSync(join(tmpdir(), 'kith-small-disk-'));
  const mounted = await runCommand('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', folder], {
    limitMs: MOUNT_LIMIT_MS,
  });
  if (mounted.code !== 0) {
    rmdirSync(folder);
    folder = undefined;
    return context.skip(`no small disk may be mounted here (${mounted.output}); [JRN-3] tries a store that fails`);
  }
  const running = await startServer({ DATA_DIR: join(folder, 'data'), ROLES: 'auth,sync' });
  server = running;
  const pid = running.pid();
  const gathered = await gatherCrowd({ server: running.url, names: ['alice', 'bob'] });
  crowd = gathered;
  const { people, write, writeOne, note, converge } = gathered;
  await write(5);
  const filler = join(folder, 'filler');
  fill(filler);
  const isFailing = () => people.every((person) => person.status().storage === 'failing');
  await until('devices to say so', async () => {
    await writeOne();
    return isFailing();
  });
  await note();
  const pending = () => Promise.all(people.map((person) => person.pending()));
  const before = await pending();
  expect(Math.min(...before)).toBeGreaterThan(0);
  await writeOne();
  expect((await fetch(`${running.url}/health`)).status).toBe(503);
  expect(await pending()).toEqual(before.map((count) => count + 1));

  rmSync(filler);
  await until('devices to be content', () => people.every((person) => person.status().storage === 'ok'));
  await write(2);
  await converge();
  expect(running.pid()).toBe(pid);
});
