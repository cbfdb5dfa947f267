/** The bench's end of a process that talks and listens. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { NODE_FLAGS } from '../../scripts/bootstrap/node-24.mjs';
import type { PhaseCount } from './messages-under-way.ts';
import type { Town } from './town.ts';

export type GeneratorOrder =
  | { readonly type: 'open'; readonly town: Town }
  | { readonly type: 'rate'; readonly perSecond: number; readonly seconds: number }
  | { readonly type: 'full'; readonly outstanding: number; readonly seconds: number };

export interface Phase extends PhaseCount {
  readonly elapsedMs: number;
  /** Of one core: close to 1, and the generator is what was measured. */
  readonly cpuShare: number;
}

export interface Generator {
  readonly people: number;
  run(order: Exclude<GeneratorOrder, { type: 'open' }>): Promise<Phase>;
  close(): void;
}

const CHILD = fileURLToPath(new URL('generator-child.ts', import.meta.url));

export const startGenerator = async (town: Town): Promise<Generator> => {
  const child = fork(CHILD, [], { execArgv: NODE_FLAGS });
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`a generator ended with ${code}`);
  });
  ended.catch(() => {}); // told to whoever waits for it
  const answer = async (): Promise<unknown> => (await Promise.race([once(child, 'message'), ended]))[0];
  const ask = (order: GeneratorOrder): Promise<unknown> => {
    child.send(order);
    return answer();
  };
  await answer();
  await ask({ type: 'open', town });
  return {
    people: town.rooms.reduce((sum, { residents }) => sum + residents.length, 0),
    run: async (order) => (await ask(order)) as Phase,
    close: () => void child.kill(),
  };
};

/** Every conversation whole in one process; as many people in each process as can be. */
export const shareOut = ({ rooms, signKey }: Town, processes: number): Town[] => {
  const shares = Array.from({ length: processes }, () => ({ rooms: [] as Town['rooms'][number][], people: 0 }));
  for (const room of rooms.toSorted((a, b) => b.residents.length - a.residents.length)) {
    const least = shares.reduce((a, b) => (b.people < a.people ? b : a));
    least.rooms.push(room);
    least.people += room.residents.length;
  }
  return shares.map((share) => ({ rooms: share.rooms, signKey }));
};
