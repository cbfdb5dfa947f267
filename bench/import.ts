/**
 * Real history through the engine and the whole server: messages a second end to end, and the memory of the server
 * meanwhile. `BENCH_MESSAGES` sets how many of the 196,123 each run takes.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServer } from '../scripts/serve/server-process.ts';
import { rssBytesOf } from './product/process-usage.ts';
import { runImport, writeHistorySlice } from './product/run-import.ts';
import { reportFigures } from './report.ts';
import { median } from './statistics.ts';

const RUNS = Number(process.env['BENCH_RUNS'] ?? 5);
const MESSAGES = Number(process.env['BENCH_MESSAGES'] ?? 30_000);
const SAMPLE_MS = 100;
const MIB = 2 ** 20;

const measure = async (file: string): Promise<{ perSecond: number; peakRssMiB: number }> => {
  const server = await startServer({ LOG_LEVEL: 'error', LIMITS: 'off' });
  const profile = await mkdtemp(join(tmpdir(), 'kith-profile-'));
  let peak = 0;
  const sampling = setInterval(() => {
    peak = Math.max(peak, rssBytesOf(server.pid() ?? 0));
  }, SAMPLE_MS);
  try {
    const { elapsedMs } = await runImport(server.url, profile, file);
    return { perSecond: (MESSAGES / elapsedMs) * 1000, peakRssMiB: peak / MIB };
  } finally {
    clearInterval(sampling);
    await server.close();
    await rm(profile, { recursive: true, force: true });
  }
};

const folder = await mkdtemp(join(tmpdir(), 'kith-history-'));
const file = join(folder, 'history.jsonl.gz');
await writeHistorySlice(MESSAGES, file);
const runs = [];
for (let run = 0; run < RUNS; run++) runs.push(await measure(file));
await rm(folder, { recursive: true });

await reportFigures('import', [
  {
    name: `import of ${MESSAGES} messages, process included`,
    value: median(runs.map(({ perSecond }) => perSecond)),
    unit: 'messages/s',
    goal: 2000,
    baseline: null,
  },
  {
    name: 'server memory during it, peak',
    value: median(runs.map(({ peakRssMiB }) => peakRssMiB)),
    unit: 'MiB',
    goal: 400,
    baseline: null,
  },
]);
