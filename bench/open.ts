/**
 * The imported conversation of 196,123 messages, opened cold: its newest 50 in Node, and in Chromium with the server
 * stopped and the processor slowed four times, from navigation to messages on the screen. `BENCH_MESSAGES` takes fewer.
 */
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { join as joinConversation } from '../client/e2e/harness/acts.ts';
import { waitForOfflineReady } from '../client/e2e/harness/person.ts';
import { createProfile, type Profile } from '../client/e2e/harness/profile.ts';
import { NODE_FLAGS } from '../scripts/bootstrap/node-24.mjs';
import { type ServerProcess, startServer } from '../scripts/serve/server-process.ts';
import { timeToMessages } from './open/time-to-messages.ts';
import { cpuMsOf, rssBytesOf } from './product/process-usage.ts';
import { HISTORY_FILE, HISTORY_MESSAGES, runImport, writeHistorySlice } from './product/run-import.ts';
import { reportFigures } from './report.ts';
import { median } from './statistics.ts';

const RUNS = Number(process.env['BENCH_RUNS'] ?? 5);
/** Fewer than all make a quick look, whose result is not to be kept. */
const MESSAGES = Number(process.env['BENCH_MESSAGES'] ?? HISTORY_MESSAGES);
const SLOWDOWN = 4;
const PATIENCE_MS = 30_000;
/** The first times after an installation the browser compiles the app; what it made of it is kept for all later times. */
const WARM_UPS = 2;
/** The shortest visit that counts as one: what the next start shows at first is kept some seconds after it came to rest. */
const SETTLE_MS = 6_000;
const NEWEST = fileURLToPath(new URL('open/newest.ts', import.meta.url));

const say = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

interface NewestRun {
  readonly openMs: number;
  readonly listMs: number;
  readonly newestMs: number;
}

const readNewest = (profile: string): NewestRun =>
  JSON.parse(execFileSync(process.execPath, [...NODE_FLAGS, NEWEST, profile], { encoding: 'utf8' }));

/** In a browser opened anew for each run, with the server stopped. */
const openInChromium = async (link: string, server: ServerProcess): Promise<number[]> => {
  const profile = createProfile();
  try {
    const conversation = await joinInChromium(profile, link, server.url);
    await server.stop();
    const opening = { profileFolder: profile.folder, url: conversation, slowdown: SLOWDOWN, settleMs: SETTLE_MS };
    for (let warmUps = 0; warmUps < WARM_UPS; warmUps++) await timeToMessages(opening);
    const times: number[] = [];
    while (times.length < RUNS) {
      times.push(await timeToMessages(opening));
      say(`Chromium ${times.length} of ${RUNS}: ${Math.round(times.at(-1) ?? 0)} ms`);
    }
    return times;
  } finally {
    await profile.remove();
  }
};

/** A new account joins, and its device gets the newest messages and the app. Gives the conversation's address. */
const joinInChromium = async (profile: Profile, link: string, url: string): Promise<string> => {
  const { page, context } = await profile.open(url);
  page.setDefaultTimeout(PATIENCE_MS);
  await joinConversation(page, link, 'Bench');
  await page.getByRole('article').first().waitFor();
  await waitForOfflineReady(page);
  const conversation = page.url();
  // Closed, not killed: what the browser had in memory is on the disk.
  await context.close();
  return conversation;
};

const server = await startServer({ LOG_LEVEL: 'error', LIMITS: 'off' });
const folder = await mkdtemp(join(tmpdir(), 'kith-open-'));
const profile = join(folder, 'profile');
try {
  const file = MESSAGES === HISTORY_MESSAGES ? HISTORY_FILE : join(folder, 'history.jsonl.gz');
  if (file !== HISTORY_FILE) await writeHistorySlice(MESSAGES, file);
  say(`Importing ${MESSAGES} messages…`);
  let peak = 0;
  const sampling = setInterval(() => {
    peak = Math.max(peak, rssBytesOf(server.pid() ?? 0));
  }, 100);
  const imported = await runImport(server.url, profile, file).finally(() => clearInterval(sampling));
  const importCpuMs = cpuMsOf(server.pid() ?? 0);
  const [link] = /http\S+\/join\/\S+/.exec(imported.output) ?? [];
  if (link === undefined) throw new Error(`the import printed no link:\n${imported.output}`);
  say(`Imported in ${(imported.elapsedMs / 1000).toFixed(1)} s. Opening it cold in Node…`);
  const newest = Array.from({ length: RUNS }, () => readNewest(profile));
  say('Joining it in Chromium…');
  const painted = await openInChromium(link, server);
  await reportFigures('open', [
    {
      name: 'newest 50 in Node, cold process, store opened and read',
      value: median(newest.map(({ openMs, listMs, newestMs }) => openMs + listMs + newestMs)),
      unit: 'ms',
      goal: 20,
      baseline: null,
    },
    {
      name: 'of that, reading the 50',
      value: median(newest.map(({ newestMs }) => newestMs)),
      unit: 'ms',
      goal: null,
      baseline: null,
    },
    {
      name: `messages on screen in Chromium, offline, ${SLOWDOWN}× slowed`,
      value: median(painted),
      unit: 'ms',
      goal: 800,
      baseline: null,
    },
    {
      name: `import of all ${MESSAGES} messages before it (one run)`,
      value: (MESSAGES / imported.elapsedMs) * 1000,
      unit: 'messages/s',
      goal: 2000,
      baseline: null,
    },
    { name: 'server memory during it, peak', value: peak / 2 ** 20, unit: 'MiB', goal: 400, baseline: null },
    { name: 'server processor time, start included', value: importCpuMs / 1000, unit: 's', goal: null, baseline: null },
  ]);
} finally {
  await server.close();
  await rm(folder, { recursive: true, force: true });
}
