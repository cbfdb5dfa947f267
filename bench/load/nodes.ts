/** The servers under load, all with one environment, and what their processes take. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ServerProcess, startServer } from '../../scripts/serve/server-process.ts';
import { cpuMsOf, rssBytesOf } from '../product/process-usage.ts';

export interface LoopDelay {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

export interface Usage {
  /** Of all nodes together. */
  readonly cpuMs: number;
  /** Of the largest node. */
  readonly peakRssBytes: number;
  /** Of the slowest node. */
  readonly loopDelay: LoopDelay;
}

export interface Nodes {
  /** One base URL each. */
  readonly urls: readonly string[];
  /** Since the last time. */
  takeUsage(): Promise<Usage>;
  close(): Promise<void>;
}

const PRELOAD = new URL('loop-delay-server.ts', import.meta.url).href;
const SAMPLE_MS = 100;
const LOOK_MS = 5;

/** What several share is named by the environment, DATABASE_URL and REDIS_URL. */
export const startNodes = async (count: number): Promise<Nodes> => {
  const folder = mkdtempSync(join(tmpdir(), 'kith-load-'));
  const delayFile = (n: number): string => join(folder, `loop-delay-${n}.json`);
  const servers: ServerProcess[] = [];
  for (let n = 0; n < count; n++) {
    const options = [process.env['NODE_OPTIONS'], `--import=${PRELOAD}`].filter(Boolean).join(' ');
    const bench = { NODE_OPTIONS: options, BENCH_LOOP_DELAY: delayFile(n) };
    servers.push(await startServer({ LOG_LEVEL: 'error', LIMITS: 'off', ...bench }));
  }
  const pids = servers.map((server) => server.pid() ?? 0);
  let [cpuBefore, peak] = [0, 0];
  const sampling = setInterval(() => {
    peak = Math.max(peak, ...pids.map(rssBytesOf));
  }, SAMPLE_MS);

  const loopDelay = async (n: number): Promise<LoopDelay> => {
    rmSync(delayFile(n), { force: true });
    process.kill(pids[n] ?? 0, 'SIGUSR2');
    while (!existsSync(delayFile(n))) await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    return JSON.parse(readFileSync(delayFile(n), 'utf8'));
  };

  return {
    urls: servers.map(({ url }) => url),
    takeUsage: async () => {
      const delays = await Promise.all(pids.map((_, n) => loopDelay(n)));
      const worst = (value: keyof LoopDelay): number => Math.max(...delays.map((delay) => delay[value]));
      const cpu = pids.reduce((sum, pid) => sum + cpuMsOf(pid), 0);
      const usage = {
        cpuMs: cpu - cpuBefore,
        peakRssBytes: peak,
        loopDelay: { p50Ms: worst('p50Ms'), p99Ms: worst('p99Ms'), maxMs: worst('maxMs') },
      };
      [cpuBefore, peak] = [cpu, 0];
      return usage;
    },
    close: async () => {
      clearInterval(sampling);
      for (const server of servers) await server.close();
      rmSync(folder, { recursive: true });
    },
  };
};
