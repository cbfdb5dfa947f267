/**
 * Messages through the whole server (token, guard, durable log) beside bare in-memory Hocuspocus and a raw relay, all
 * in the same run: 1 → 1 and 1 → 200, latency at a fixed rate, throughput with a bounded number outstanding. Kith says
 * beside this when each message is durable; the others never do. The cells are interleaved, since the machine's speed
 * drifts; ratios are to be trusted, absolutes ± 2×.
 */

import { cpuMsOf } from './product/process-usage.ts';
import { type Figure, reportFigures } from './report.ts';
import { median, percentile } from './statistics.ts';
import { type SubjectName, startSubject } from './sync/subjects.ts';

const RUNS = Number(process.env['BENCH_RUNS'] ?? 5);
const SUBJECTS: readonly SubjectName[] = ['kith', 'hocuspocus', 'ws'];
/**
 * `warmUp`: messages until the server runs the compiled code that it runs on all its later days. A room of 200 is told
 * of many messages under way, as two people are of each other's; and of a few, where server and clients take turns.
 */
const FAN_OUTS = [
  { receivers: 1, warmUp: 5_000, ratePerSecond: 250, samples: 1_000, outstanding: 256, messages: 30_000, seconds: 2 },
  { receivers: 200, warmUp: 4_000, ratePerSecond: 25, samples: 60, outstanding: 256, messages: 20_000, seconds: 2 },
  { receivers: 200, warmUp: 4_000, ratePerSecond: 25, samples: 60, outstanding: 32, messages: 14_000, seconds: 2 },
] as const;
type FanOut = (typeof FAN_OUTS)[number];

interface Cell {
  readonly subject: SubjectName;
  readonly fan: FanOut;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Until the sender is told that the message is durable; NaN where nobody says so. */
  readonly storedP50Ms: number;
  readonly storedP99Ms: number;
  readonly serverCpuUsPerDelivery: number;
}

const measure = async (name: SubjectName, fan: FanOut): Promise<Cell> => {
  const subject = await startSubject(name, fan.messages);
  const timesSeen = new Uint16Array(fan.messages);
  const sentAt = new Float64Array(fan.messages);
  const latencies: number[] = [];
  const storedAfter: number[] = [];
  let stored = 0;
  let done = 0;
  let deliveries = 0;
  let onDone = (): void => {};
  const onMessage = (seq: number): void => {
    deliveries++;
    latencies.push(performance.now() - (sentAt[seq] ?? 0));
    timesSeen[seq] = (timesSeen[seq] ?? 0) + 1;
    if (timesSeen[seq] !== fan.receivers) return;
    done++;
    onDone();
  };
  const receivers = [];
  for (let n = 0; n < fan.receivers; n++) receivers.push(await subject.receiver({ onMessage }));
  const onStored = ({ length }: readonly unknown[]): void => {
    for (const end = stored + length; stored < end; stored++)
      storedAfter.push(performance.now() - (sentAt[stored] ?? 0));
    onDone();
  };
  const { client, frames } = await subject.sender({ onMessage: () => {}, ...(name === 'kith' ? { onStored } : {}) });
  let seq = 0;
  const send = (): void => {
    sentAt[seq] = performance.now();
    client.send(frames[seq] ?? '');
    seq++;
  };
  const allDone = (count: number): Promise<void> =>
    new Promise((resolve) => {
      onDone = () => done >= count && (name !== 'kith' || stored >= count) && resolve();
      onDone();
    });

  const { warmUp } = fan;
  for (const end = warmUp; seq < end; ) {
    for (let n = 0; n < fan.outstanding && seq < end; n++) send();
    await allDone(seq);
  }
  latencies.length = 0;
  storedAfter.length = 0;
  await new Promise<void>((resolve) => {
    const start = performance.now();
    const tick = setInterval(() => {
      const due = Math.min(fan.samples, ((performance.now() - start) / 1000) * fan.ratePerSecond);
      while (seq - warmUp < due) send();
      if (seq - warmUp >= fan.samples) {
        clearInterval(tick);
        resolve();
      }
    }, 1);
  });
  await allDone(warmUp + fan.samples);
  const latency = { p50Ms: percentile(latencies, 0.5), p99Ms: percentile(latencies, 0.99) };
  const durable = { storedP50Ms: percentile(storedAfter, 0.5), storedP99Ms: percentile(storedAfter, 0.99) };

  const before = { done, deliveries, cpuMs: cpuMsOf(subject.pid), at: performance.now() };
  await new Promise<void>((resolve) => {
    onDone = () => {
      if (performance.now() - before.at > fan.seconds * 1000 || done >= fan.messages) return resolve();
      while (seq - done < fan.outstanding && seq < fan.messages) send();
    };
    onDone();
  });
  const elapsedMs = performance.now() - before.at;
  const cell: Cell = {
    subject: name,
    fan,
    ...latency,
    ...durable,
    perSecond: ((done - before.done) / elapsedMs) * 1000,
    serverCpuUsPerDelivery: ((cpuMsOf(subject.pid) - before.cpuMs) * 1000) / (deliveries - before.deliveries),
  };
  for (const receiver of receivers) receiver.close();
  client.close();
  await subject.stop();
  return cell;
};

const cells: Cell[] = [];
for (let run = 0; run < RUNS; run++)
  for (const fan of FAN_OUTS) for (const subject of SUBJECTS) cells.push(await measure(subject, fan));

type Measured = Exclude<keyof Cell, 'subject' | 'fan'>;

const valuesOf = (subject: SubjectName, fan: FanOut, value: Measured): number[] =>
  cells.filter((cell) => cell.subject === subject && cell.fan === fan).map((cell) => cell[value]);

const UNITS = { perSecond: 'messages/s', p50Ms: 'ms', p99Ms: 'ms', serverCpuUsPerDelivery: 'µs' } as const;
/** What the ratios are to be at least, and at most. */
const GOALS = { perSecond: 1, p50Ms: 1.2, p99Ms: null, serverCpuUsPerDelivery: null } as const;
const STORED_P99_GOAL_MS = 10;

const figuresOf = (fan: FanOut): Figure[] => {
  const what = `1→${fan.receivers}, ${fan.outstanding} under way:`;
  const measured = Object.entries(UNITS) as [keyof typeof UNITS, string][];
  const compared = measured.flatMap(([value, unit]) => {
    const of = (subject: SubjectName): number => median(valuesOf(subject, fan, value));
    const bare = valuesOf('hocuspocus', fan, value);
    const ratios = valuesOf('kith', fan, value).map((own, run) => own / (bare[run] ?? Number.NaN));
    return [
      ...SUBJECTS.map((subject) => ({
        ...{ name: `${what} ${value} ${subject}`, value: of(subject), unit, goal: null },
        baseline: subject === 'kith' ? of('hocuspocus') : null,
      })),
      { name: `${what} ${value} ratio`, value: median(ratios), unit: '×', goal: GOALS[value], baseline: 1 },
    ];
  });
  const durable = { unit: 'ms', baseline: null };
  return [
    ...compared,
    {
      ...{ name: `${what} stored p50`, value: median(valuesOf('kith', fan, 'storedP50Ms')), goal: null },
      ...durable,
    },
    {
      ...{ name: `${what} stored p99`, value: median(valuesOf('kith', fan, 'storedP99Ms')) },
      ...{ goal: fan.receivers === 1 ? STORED_P99_GOAL_MS : null, ...durable },
    },
  ];
};

await reportFigures('sync', FAN_OUTS.flatMap(figuresOf));
