/** Runs one after the other, on servers and people that serve a few runs each. */
import { createSeededRandom } from '@kith/sync-server/guard-fuzzers';
import { type Identity, signUp } from './fuzz-person.ts';
import { type FuzzServer, startFuzzServer } from './fuzz-server.ts';
import { type ConvergenceCounts, runConvergence } from './run.ts';

export interface Convergence {
  run(seed: number): Promise<ConvergenceCounts>;
  close(): Promise<void>;
}

const HANDLES = ['alice', 'bob', 'carol', 'dave'];
/** People remember the conversations of earlier runs, which makes later ones slower. */
const RUNS_EACH = 6;

export const createConvergence = (): Convergence => {
  let stage: { readonly server: FuzzServer; readonly identities: Identity[]; runs: number } | null = null;
  const close = async (): Promise<void> => {
    await stage?.server.close();
    stage = null;
  };
  return {
    run: async (seed) => {
      if (stage !== null && stage.runs >= RUNS_EACH) await close();
      if (stage === null) {
        const server = await startFuzzServer();
        const random = createSeededRandom(seed);
        stage = {
          server,
          identities: await Promise.all(HANDLES.map((handle) => signUp(server, handle, random))),
          runs: 0,
        };
      }
      stage.runs++;
      try {
        return await runConvergence(stage.server, stage.identities, seed);
      } catch (cause) {
        await close();
        throw cause;
      }
    },
    close,
  };
};
