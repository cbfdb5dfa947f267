import { setDefaultCACertificates } from 'node:tls';
import { createSeededRandom, type SeededRandom } from '@kith/sync-server/guard-fuzzers';
import { afterEach, expect, test } from 'vitest';
import type { ServiceProcess } from '../services/service-process.ts';
import { type Crowd, gatherCrowd } from './crowd.ts';
import { type Installation, startInstallation } from './installation.ts';
import { until } from './until.ts';

const KILLS = process.env['LONG'] === undefined ? 5 : 200;
const SEED = Number(process.env['KILL_SEED'] ?? 1);
/** Of each person between two kills: 200 kills go beyond three segments. */
const MESSAGES = 6;
const NAMES = ['alice', 'bob', 'carol'];
/** How often two die at once, of a hundred times. */
const TOGETHER = 20;

let installation: Installation | undefined;
let crowd: Crowd | undefined;
afterEach(async () => {
  await crowd?.close();
  await installation?.stop();
  [installation, crowd] = [undefined, undefined];
});

interface Victim {
  readonly name: string;
  readonly process: ServiceProcess;
}

/** The database first: the others do not start without it. */
const victimsIn = ({ mongo, redis, sync, auth }: Installation): Victim[] =>
  [{ name: 'mongo', ...mongo }, { name: 'redis', ...redis }, ...sync, ...auth].flatMap(({ name, process }) =>
    process === null ? [] : [{ name, process }],
  );

const pick = (random: SeededRandom, victims: readonly Victim[]): Victim[] => {
  const first = random.pick(victims);
  const second = random.int(100) < TOGETHER ? random.pick(victims) : first;
  return victims.filter((victim) => victim === first || victim === second);
};

/** The end of what the nodes logged, without the depth of errors. */
const complaintsOf = ({ sync, auth }: Installation): string =>
  [...sync, ...auth]
    .flatMap(({ name, process }) => [name, ...process.output().split('\n').slice(-10)])
    .map((line) => line.slice(0, 300))
    .join('\n');

test(
  `[CLU-6] whatever processes are killed while three people write (seed ${SEED}): nothing that a device showed as stored is lost, nothing comes twice`,
  async () => {
    const random = createSeededRandom(SEED);
    const running = await startInstallation();
    installation = running;
    setDefaultCACertificates([running.proxy.certificate]);
    crowd = await gatherCrowd({ server: running.origin, names: NAMES });
    const { write, writeOne, note, stored, converge, logged } = crowd;
    const steps: string[] = [];
    try {
      for (let kill = 0; kill < KILLS; kill++) {
        const before = await stored();
        const enough = random.int(MESSAGES * NAMES.length);
        const victims = pick(random, victimsIn(running));
        steps.push(`${kill}: after ${enough}, ${victims.map(({ name }) => name).join(' and ')}`);
        const writing = write(MESSAGES);
        await until('some to be stored', async () => (await stored()) - before >= enough);
        await Promise.all(victims.map(({ process }) => process.kill()));
        await note();
        await writeOne();
        for (const { process } of victims) await process.start();
        await writing;
      }
      await converge();
    } catch (cause) {
      throw new Error(
        [`KILL_SEED=${SEED}`, String(cause), ...steps.slice(-6), logged(), complaintsOf(running)].join('\n'),
        { cause },
      );
    }
    expect(steps).toHaveLength(KILLS);
  },
  120_000 + KILLS * 20_000,
);
