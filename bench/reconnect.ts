/**
 * A device that comes back: it has 1,000 conversations, of which 10, or all, got a message while it was away. The whole
 * engine, headless on a profile folder, against the whole server. `cold`: in a process just started; `warm`: after the
 * network was lost and found. `BENCH_CONVERSATIONS` and `BENCH_RUNS` make it quicker.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServer } from '../scripts/serve/server-process.ts';
import { cpuMsOf } from './product/process-usage.ts';
import { type Device, type GoOnline, startDevice, type WentOnline } from './reconnect/device.ts';
import { createWorld, type Place } from './reconnect/world.ts';
import { type Figure, reportFigures } from './report.ts';
import { median } from './statistics.ts';

const RUNS = Number(process.env['BENCH_RUNS'] ?? 5);
const CONVERSATIONS = Number(process.env['BENCH_CONVERSATIONS'] ?? 1_000);
const FEW = 10;
const FEW_GOAL_MS = 500;
const ALL_GOAL_MS = 30_000;
const KIB = 1024;

const say = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

const server = await startServer({ LOG_LEVEL: 'error', LIMITS: 'off' });
const profile = await mkdtemp(join(tmpdir(), 'kith-reconnect-'));

interface CameBack extends WentOnline {
  readonly serverCpuMs: number;
}
const results: Record<'cold' | 'warm' | 'all', CameBack[]> = { cold: [], warm: [], all: [] };

const comeBack = async (device: Device, order: GoOnline): Promise<CameBack> => {
  const pid = server.pid() ?? 0;
  const before = cpuMsOf(pid);
  const went = await device.goOnline(order);
  return { ...went, serverCpuMs: cpuMsOf(pid) - before };
};

const run = async (n: number): Promise<void> => {
  const { places, write } = world;
  const some = (shift: number): Place[] =>
    Array.from({ length: FEW }, (_, i) => places[(n * 2 * FEW + shift + i * 7) % places.length] as Place);
  const changed = async (places: readonly Place[]) => {
    await write(places);
    return { signIn: null, wanted: places };
  };
  const order = await changed(some(0));
  const device = await startDevice(server.url, profile);
  results.cold.push(await comeBack(device, order));
  results.warm.push(await comeBack(device, await changed(some(FEW))));
  await device.close();
  const orderOfAll = await changed(places);
  const another = await startDevice(server.url, profile);
  results.all.push(await comeBack(another, orderOfAll));
  await another.close();
};

say(`Making ${CONVERSATIONS} conversations…`);
const world = await createWorld(server.url, CONVERSATIONS);
let first: CameBack | undefined;
try {
  say('The first start of the device…');
  const device = await startDevice(server.url, profile);
  first = await comeBack(device, { signIn: world.reader, wanted: world.places });
  await device.close();
  for (let n = 0; n < RUNS; n++) {
    await run(n);
    say(
      Object.entries(results)
        .map(([kind, runs]) => `${kind} ${Math.round(runs.at(-1)?.elapsedMs ?? 0)} ms`)
        .join(', '),
    );
  }
  say(`Requests, few changed: ${JSON.stringify(results.cold.at(-1)?.requests)}`);
  say(`Requests, all changed: ${JSON.stringify(results.all.at(-1)?.requests)}`);
} finally {
  await server.close();
  await rm(profile, { recursive: true, force: true });
}

const requestsIn = ({ requests }: WentOnline): number => Object.values(requests).reduce((sum, count) => sum + count, 0);

const figuresOf = (what: string, runs: readonly CameBack[], changed: number, goalMs: number | null): Figure[] => {
  const of = (value: (run: CameBack) => number): number => median(runs.map(value));
  const figure = (name: string, value: (run: CameBack) => number, unit: string, goal: number | null = null) => ({
    ...{ name: `${what}: ${name}`, value: of(value), unit, goal, baseline: null },
  });
  return [
    figure('until it is up to date', ({ elapsedMs }) => elapsedMs, 'ms', goalMs),
    figure('its event loop deaf at most', ({ longestDeafMs }) => longestDeafMs, 'ms'),
    figure('the server’s processor', ({ serverCpuMs }) => serverCpuMs, 'ms'),
    figure('requests for the index', ({ requests }) => requests['GET /api/index'] ?? 0, 'requests', 1),
    figure('requests in all', requestsIn, 'requests'),
    figure('documents attached', ({ attaches }) => attaches, 'documents', changed),
    figure('over the wire', ({ bytes }) => bytes / KIB, 'KiB'),
  ];
};

await reportFigures('reconnect', [
  ...figuresOf(`${FEW} of ${CONVERSATIONS} changed, cold`, results.cold, FEW, FEW_GOAL_MS),
  ...figuresOf(`${FEW} of ${CONVERSATIONS} changed, warm`, results.warm, FEW, FEW_GOAL_MS),
  ...figuresOf(`all ${CONVERSATIONS} changed`, results.all, CONVERSATIONS, ALL_GOAL_MS),
  ...(first === undefined
    ? []
    : figuresOf(`first start with ${CONVERSATIONS} (one run)`, [first], CONVERSATIONS, null)),
]);
