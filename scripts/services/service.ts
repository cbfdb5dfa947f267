/** What every outside server has in common, and where it can come from. */
import type { ServiceProcess } from './service-process.ts';

export interface Service {
  readonly url: string;
  /** The process to kill, freeze and start again. Null where somebody else runs the server, and in a container. */
  readonly process: ServiceProcess | null;
  /** Nothing of it is left afterwards. Idempotent; does nothing to a server that we did not start. */
  stop(): Promise<void>;
}

/** A way to have a server on this machine: whatever had to be built or installed for it is there. */
export interface ServiceSource<S extends Service = Service> {
  /** As one says it: "FerretDB 1.24.2 on SQLite". */
  readonly name: string;
  /** Resolves when it answers. */
  start(): Promise<S>;
}

/** A server that somebody else runs. @throws Error that names the variable when nothing answers */
export const foreignService = async (variable: string, url: string, ask: () => Promise<void>): Promise<Service> => {
  try {
    await ask();
  } catch (error) {
    throw new Error(`${variable} is set, but what it names does not answer`, { cause: error });
  }
  return { url, process: null, stop: async () => {} };
};
