/**
 * PORT. News between the processes of one server. At most once and to those who listen now: what counts is in the store,
 * and whoever lives on news asks the store again when some may have been lost. [CLU-1]
 */

/** `tries`: of what is guessed at. */
export type BusTopic = 'auth' | 'sync' | 'tries';

export interface Bus {
  /** To the other processes, in order. Never throws, and never waits. */
  publish(topic: BusTopic, message: Uint8Array): void;
  /** The message of another process; what a listener throws is logged. */
  subscribe(topic: BusTopic, listener: (message: Uint8Array) => void): void;
  /** False while nothing is heard. */
  readonly isUp: boolean;
  /** Called when news come again after some may have been lost. */
  onRecovered(listener: () => void): void;
  /** Runs `work` unless another process runs some under this name now; it may run all the same while the bus is down. */
  alone(name: string, work: () => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

/** Of a process that is the only one. */
export const NO_BUS: Bus = {
  publish: () => {},
  subscribe: () => {},
  isUp: true,
  onRecovered: () => {},
  alone: (_name, work) => work(),
  close: async () => {},
};
