/**
 * The document stores by themselves, SQLite and MongoDB-compatible: durable appends of 1, 16 and 128 journals at once,
 * the load of a segment of 1,000 events before and after it is folded, what it takes on the disk, and how much is
 * written for it, beside a store that keeps whole documents. Load and store share this process, as in the server.
 * `-- storage sqlite` or `-- storage mongo`: one of them. `BENCH_RUNS`, `BENCH_SECONDS` (of each rate), `BENCH_SEGMENTS` and `BENCH_HISTORY` (a file of messages) change it.
 */
import { diskBytesWrittenBy } from './product/process-usage.ts';
import { type Figure, reportFigures } from './report.ts';
import { median } from './statistics.ts';
import { type AppendRate, measureAppends } from './storage/append-load.ts';
import { type History, makeHistory } from './storage/history-segments.ts';
import { appendOneByOne, fold, liveThrough, type SegmentLife } from './storage/segment-life.ts';
import { type StoreKind, type StoreUnderTest, storeKinds } from './storage/stores.ts';
import { wholeDocumentBytes } from './storage/whole-document-store.ts';

const RUNS = Number(process.env['BENCH_RUNS'] ?? 5);
const SECONDS = Number(process.env['BENCH_SECONDS'] ?? 2);
const SEGMENTS = Number(process.env['BENCH_SEGMENTS'] ?? 10);
const LOADS = [1, 16, 128].flatMap((journals) =>
  [1, 16].map((rowsPerAppend) => ({ journals, rowsPerAppend, seconds: SECONDS })),
);
const LOAD_GOAL_MS = 5;
const BYTES_GOAL = 1.5;
/** The store hook waits 2 s for quiet, 10 s at most. */
const DEBOUNCES = [
  { messagesPerStore: 1, when: 'messages more than 2 s apart' },
  { messagesPerStore: 10, when: 'a message a second' },
] as const;

const say = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

interface Run {
  /** In the order of `LOADS`. */
  readonly rates: readonly AppendRate[];
  readonly life: SegmentLife;
  /** While one segment is appended row by row and folded; null where the writer is out of sight. */
  readonly bytesWritten: number | null;
}

const withStore = async <T>(kind: StoreKind, work: (under: StoreUnderTest) => Promise<T>): Promise<T> => {
  const under = await kind.create();
  try {
    return await work(under);
  } finally {
    await under.remove();
  }
};

const measure = async (kind: StoreKind, { segments }: History): Promise<Run> => {
  const [pattern] = segments;
  if (pattern === undefined) throw new Error('there are no segments');
  const rates: AppendRate[] = [];
  for (const load of LOADS) {
    rates.push(
      await withStore(kind, async (under) => {
        const store = await under.open();
        const rate = await measureAppends(store, pattern, load);
        await store.close();
        say(`${kind.name}, ${load.journals} × ${load.rowsPerAppend}: ${Math.round(rate.appendsPerSecond)} appends/s`);
        return rate;
      }),
    );
  }
  const life = await withStore(kind, (under) => liveThrough(under, segments));
  say(`${kind.name}: loads ${JSON.stringify([life.unfolded, life.folded])}`);
  const bytesWritten = await withStore(kind, async (under) => {
    const store = await under.open();
    const written = (): number => (under.writerPid === null ? Number.NaN : diskBytesWrittenBy(under.writerPid));
    const before = written();
    await appendOneByOne(store, pattern);
    await fold(store, [pattern]);
    await store.close();
    return under.writerPid === null ? null : written() - before;
  });
  return { rates, life, bytesWritten };
};

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

const appendFigures = (name: string, runs: readonly Run[]): Figure[] =>
  LOADS.flatMap(({ journals, rowsPerAppend }, i) => {
    const of = (value: keyof AppendRate): number => median(runs.map(({ rates }) => rates[i]?.[value] ?? Number.NaN));
    const what = `${name}, ${counted(journals, 'journal')}, ${counted(rowsPerAppend, 'row')} an append`;
    const none = { goal: null, baseline: null };
    return [
      { name: `${what}: durable appends`, value: of('appendsPerSecond'), unit: 'appends/s', ...none },
      { name: `${what}: durable rows`, value: of('appendsPerSecond') * rowsPerAppend, unit: 'rows/s', ...none },
      { name: `${what}: one append, p50`, value: of('p50Ms'), unit: 'ms', ...none },
      { name: `${what}: one append, p99`, value: of('p99Ms'), unit: 'ms', ...none },
      { name: `${what}: appends that failed`, value: of('failed'), unit: 'appends', goal: 0, baseline: null },
    ];
  });

const loadFigures = (name: string, runs: readonly Run[]): Figure[] =>
  (['unfolded', 'folded'] as const).flatMap((state) => {
    const what = `${name}, load of 1,000 events ${state === 'folded' ? 'folded' : 'in 1,000 rows'}`;
    const times = runs.map(({ life }) => life[state]);
    const none = { goal: null, baseline: null, unit: 'ms' };
    return [
      {
        ...{ name: what, value: median(times.map(({ readMs, applyMs }) => readMs + applyMs)), unit: 'ms' },
        ...{ goal: LOAD_GOAL_MS, baseline: null },
      },
      { name: `${what}: read`, value: median(times.map(({ readMs }) => readMs)), ...none },
      { name: `${what}: applied to a document`, value: median(times.map(({ applyMs }) => applyMs)), ...none },
    ];
  });

const sizeFigures = (name: string, runs: readonly Run[], { source, segments }: History): Figure[] => {
  const sizes = runs.flatMap(({ life: { bytesOnDisk } }) => bytesOnDisk ?? []);
  if (sizes.length === 0) return [];
  const eventBytes = segments.reduce((sum, segment) => sum + segment.eventBytes, 0);
  return [
    {
      name: `${name}, on disk after folding, ids included, per event byte (${source})`,
      ...{ value: median(sizes) / eventBytes, unit: '×', goal: BYTES_GOAL, baseline: null },
    },
  ];
};

/** Beside a store of whole documents on SQLite, for each pace of messages. */
const writeFigures = (name: string, runs: readonly Run[], whole: readonly number[][], eventBytes: number): Figure[] => {
  const written = runs.flatMap(({ bytesWritten }) => bytesWritten ?? []);
  if (written.length === 0) return [];
  return DEBOUNCES.map(({ when }, i) => ({
    name: `${name}, write_bytes per event byte, ${when}; baseline: whole documents on SQLite`,
    ...{ value: median(written) / eventBytes, unit: '×', goal: null },
    baseline: median(whole.map((bytes) => bytes[i] ?? Number.NaN)) / eventBytes,
  }));
};

const history = await makeHistory(SEGMENTS);
const [first] = history.segments;
if (first === undefined) throw new RangeError('BENCH_SEGMENTS must be 1 at least');
const [only] = process.argv.slice(2);
if (only !== undefined && only !== 'sqlite' && only !== 'mongo') throw new RangeError('it is sqlite or mongo, or both');
const kinds = await storeKinds(only);
const runsByKind = new Map<StoreKind, Run[]>(kinds.map((kind) => [kind, []]));
const whole: number[][] = [];
try {
  for (let run = 0; run < RUNS; run++) {
    for (const [kind, runs] of runsByKind) runs.push(await measure(kind, history));
    whole.push(DEBOUNCES.map(({ messagesPerStore }) => wholeDocumentBytes(first, messagesPerStore)));
  }
} finally {
  for (const kind of kinds) await kind.close();
}

await reportFigures(
  'storage',
  [...runsByKind].flatMap(([{ name }, runs]) => [
    ...appendFigures(name, runs),
    ...loadFigures(name, runs),
    ...sizeFigures(name, runs, history),
    ...writeFigures(name, runs, whole, first.eventBytes),
  ]),
);
