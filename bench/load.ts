/**
 * Many people at once: 2,000 connections in 200 conversations, a few large and many small, everybody as talkative as
 * everybody else. At a fixed rate (delivery and `stored`, processor, memory, event loop of the server) and at as many
 * messages as go, in turns. Devices have their channel and the newest segment open, so each message goes to each of
 * the others twice: as an update, which is counted as the delivery, and as a notice. Options: load/options.ts; with
 * `--nodes 2` DATABASE_URL and REDIS_URL name what the servers share.
 */
import { type Generator, type Phase, shareOut, startGenerator } from './load/generator.ts';
import { createLatencies } from './load/latencies.ts';
import { startNodes, type Usage } from './load/nodes.ts';
import { parseOptions } from './load/options.ts';
import { createTown } from './load/town.ts';
import { type Figure, reportFigures } from './report.ts';
import { median } from './statistics.ts';

const options = parseOptions(process.argv.slice(2), process.env);
const SECONDS = (options.minutes * 60) / options.rounds;
const WARM_UP_SECONDS = Math.min(10, SECONDS);
const MIB = 2 ** 20;
const KINDS = ['rate', 'full'] as const;
type Kind = (typeof KINDS)[number];

const say = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

interface Round {
  readonly perSecond: number;
  readonly deliveriesPerSecond: number;
  readonly deliveryP50Ms: number;
  readonly deliveryP99Ms: number;
  readonly storedP50Ms: number;
  readonly storedP99Ms: number;
  readonly cpuCores: number;
  readonly cpuUsPerDelivery: number;
  readonly peakRssMiB: number;
  readonly loopP99Ms: number;
  readonly loopMaxMs: number;
  readonly generatorCpu: number;
  readonly lost: number;
  readonly refused: number;
}

const UNITS: Readonly<Record<keyof Round, readonly [name: string, unit: string]>> = {
  perSecond: ['stored and delivered to all', 'messages/s'],
  deliveriesPerSecond: ['deliveries', 'deliveries/s'],
  deliveryP50Ms: ['delivery p50', 'ms'],
  deliveryP99Ms: ['delivery p99', 'ms'],
  storedP50Ms: ['stored p50', 'ms'],
  storedP99Ms: ['stored p99', 'ms'],
  cpuCores: ['processor, all nodes', 'cores'],
  cpuUsPerDelivery: ['processor per delivery', 'µs'],
  peakRssMiB: ['memory of the largest node, peak', 'MiB'],
  loopP99Ms: ['event-loop delay of the slowest node, p99', 'ms'],
  loopMaxMs: ['event-loop delay of the slowest node, most', 'ms'],
  generatorCpu: ['processor of the busiest generator', 'cores'],
  lost: ['messages lost', 'messages'],
  refused: ['messages refused', 'messages'],
};

const toRound = (phases: readonly Phase[], usage: Usage): Round => {
  const sum = (value: (phase: Phase) => number): number => phases.reduce((total, phase) => total + value(phase), 0);
  const [delivery, stored] = [createLatencies(), createLatencies()];
  for (const phase of phases) {
    delivery.add(phase.delivery);
    stored.add(phase.stored);
  }
  const elapsedMs = Math.max(...phases.map((phase) => phase.elapsedMs));
  const deliveries = sum((phase) => phase.deliveries);
  return {
    perSecond: (sum(({ messages }) => messages) / elapsedMs) * 1000,
    deliveriesPerSecond: (deliveries / elapsedMs) * 1000,
    ...{ deliveryP50Ms: delivery.percentile(0.5), deliveryP99Ms: delivery.percentile(0.99) },
    ...{ storedP50Ms: stored.percentile(0.5), storedP99Ms: stored.percentile(0.99) },
    ...{ cpuCores: usage.cpuMs / elapsedMs, cpuUsPerDelivery: (usage.cpuMs * 1000) / deliveries },
    peakRssMiB: usage.peakRssBytes / MIB,
    ...{ loopP99Ms: usage.loopDelay.p99Ms, loopMaxMs: usage.loopDelay.maxMs },
    generatorCpu: Math.max(...phases.map(({ cpuShare }) => cpuShare)),
    ...{ lost: sum(({ lost }) => lost), refused: sum(({ refused }) => refused) },
  };
};

const runAll = (kind: Kind, generators: readonly Generator[], seconds: number): Promise<Phase[]> =>
  Promise.all(
    generators.map((generator) => {
      const share = generator.people / options.connections;
      return generator.run(
        kind === 'rate'
          ? { type: 'rate', perSecond: options.rate * share, seconds }
          : { type: 'full', outstanding: Math.ceil(options.outstanding * share), seconds },
      );
    }),
  );

const measure = async (count: number): Promise<Record<Kind, Round[]>> => {
  const nodes = await startNodes(count);
  const generators: Generator[] = [];
  const rounds: Record<Kind, Round[]> = { rate: [], full: [] };
  try {
    say(`${count} of ${options.nodes} nodes: signing up ${options.connections} people…`);
    const size = {
      people: options.connections,
      rooms: options.conversations,
      prefix: `p${crypto.randomUUID().slice(0, 8)}`,
    };
    const town = await createTown(nodes.urls, size);
    for (const share of shareOut(town, options.generators)) generators.push(await startGenerator(share));
    say('All are connected.');
    await runAll('rate', generators, WARM_UP_SECONDS);
    for (let round = 0; round < options.rounds; round++) {
      for (const kind of KINDS) {
        await nodes.takeUsage();
        rounds[kind].push(toRound(await runAll(kind, generators, SECONDS), await nodes.takeUsage()));
        say(`${kind}: ${JSON.stringify(rounds[kind].at(-1))}`);
      }
    }
    return rounds;
  } finally {
    for (const generator of generators) generator.close();
    await nodes.close();
  }
};

const counts = options.nodes === 1 ? [1] : [1, options.nodes];
const measured: { readonly count: number; readonly rounds: Record<Kind, Round[]> }[] = [];
for (const count of counts) measured.push({ count, rounds: await measure(count) });

const medianOf = (rounds: readonly Round[] | undefined, value: keyof Round): number =>
  median((rounds ?? []).map((round) => round[value]));

/** Several nodes are compared with the one of the same run. */
const figuresOf = (count: number, rounds: Record<Kind, Round[]>): Figure[] =>
  KINDS.flatMap((kind) =>
    (Object.keys(UNITS) as (keyof Round)[]).map((value) => {
      const [name, unit] = UNITS[value];
      const load = kind === 'rate' ? `${options.rate} messages/s offered` : 'as many as go';
      const alone = measured[0]?.rounds[kind];
      return {
        name: `${count} ${count === 1 ? 'node' : 'nodes'}, ${load}: ${name}`,
        ...{ value: medianOf(rounds[kind], value), unit },
        goal: value === 'lost' || value === 'refused' ? 0 : null,
        baseline: count === 1 ? null : medianOf(alone, value),
      };
    }),
  );

/** What the further nodes are good for. */
const ratiosOf = (count: number, { full }: Record<Kind, Round[]>): Figure[] =>
  count === 1
    ? []
    : (['deliveriesPerSecond', 'cpuUsPerDelivery'] as const).map((value) => ({
        name: `${count} nodes / 1 node, as many as go: ${UNITS[value][0]}`,
        value: medianOf(full, value) / medianOf(measured[0]?.rounds.full, value),
        ...{ unit: '×', goal: null, baseline: 1 },
      }));

await reportFigures(
  'load',
  measured.flatMap(({ count, rounds }) => [...figuresOf(count, rounds), ...ratiosOf(count, rounds)]),
);
