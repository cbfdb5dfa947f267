/**
 * Messages through the whole server (token, guard, durable log) beside bare in-memory Hocuspocus and a raw relay, all
 * in the same run: 1 → 1 and 1 → 200, latency at a fixed rate, throughput with a bounded number outstanding. The cells
 * are interleaved, since the machine's speed drifts; ratios are to be trusted, absolutes ± 2×.
 */

import { cpuMsOf } from './product/process-usage.ts';
import { reportFigures } from './report.ts';
import { median, percentile } from './statistics.ts';
import { type SubjectName, startSubject } from './sync/subjects.ts';

const RUNS = Number(process.env['BENCH_RUNS'] ?? 5);
const SUBJECTS: readonly SubjectName[] = ['kith', 'hocuspocus', 'ws'];
const FAN_OUTS = [
  { receivers: 1, ratePerSecond: 250, samples: 500, outstanding: 256, messages: 24_000, seconds: 2 },
  { receivers: 200, ratePerSecond: 25, samples: 60, outstanding: 32, messages: 6_000, seconds: 2 },
] as const;
type FanOut = (typeof FAN_OUTS)[number];

interface Cell {
  readonly subject: SubjectName;
  readonly receivers: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly serverCpuUsPerDelivery: number;
}

const measure = async (name: SubjectName, fan: FanOut): Promise<Cell> => {
  const subject = await startSubject(name, fan.messages);
  const timesSeen = new Uint16Array(fan.messages);
  const sentAt = new Float64Array(fan.messages);
  const latencies: number[] = [];
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
  const { client, frames } = await subject.sender({ onMessage: () => {} });
  let seq = 0;
  const send = (): void => {
    sentAt[seq] = performance.now();
    client.send(frames[seq] ?? '');
    seq++;
  };
  const allDone = (count: number): Promise<void> =>
    new Promise((resolve) => {
      onDone = () => done >= count && resolve();
      onDone();
    });

  const warmUp = fan.receivers === 1 ? 500 : 50;
  for (let n = 0; n < warmUp; n++) send();
  await allDone(warmUp);
  latencies.length = 0;
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
    receivers: fan.receivers,
    ...latency,
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

const figure = (
  subject: SubjectName,
  receivers: number,
  value: 'perSecond' | 'p50Ms' | 'p99Ms' | 'serverCpuUsPerDelivery',
) =>
  median(cells.filter((cell) => cell.subject === subject && cell.receivers === receivers).map((cell) => cell[value]));

await reportFigures(
  'sync',
  FAN_OUTS.flatMap(({ receivers }) =>
    (
      [
        ['perSecond', 'messages/s'],
        ['p50Ms', 'ms'],
        ['p99Ms', 'ms'],
        ['serverCpuUsPerDelivery', 'µs'],
      ] as const
    ).flatMap(([value, unit]) => [
      ...SUBJECTS.map((subject) => ({
        name: `1→${receivers} ${value} ${subject}`,
        value: figure(subject, receivers, value),
        unit,
        goal: null,
        baseline: subject === 'kith' ? figure('hocuspocus', receivers, value) : null,
      })),
    ]),
  ),
);
