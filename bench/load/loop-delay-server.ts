/**
 * Loaded into a server's process before it starts: how long its event loop keeps things waiting. SIGUSR2 writes down what
 * was since the last one, to the file named by `BENCH_LOOP_DELAY`.
 */
import { renameSync, writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';

const file = process.env['BENCH_LOOP_DELAY'];
const RESOLUTION_MS = 1;
const MS = 1e6;

if (isMainThread && file !== undefined) {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  process.on('SIGUSR2', () => {
    const seen = { p50Ms: delay.percentile(50) / MS, p99Ms: delay.percentile(99) / MS, maxMs: delay.max / MS };
    delay.reset();
    writeFileSync(`${file}.part`, JSON.stringify(seen));
    renameSync(`${file}.part`, file);
  });
}
