/** The bench's end of a device that runs in a process of its own. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ConversationId } from '@kith/schema/ids';
import { NODE_FLAGS } from '../../scripts/bootstrap/node-24.mjs';
import type { TrafficCount } from './traffic.ts';

export interface GoOnline {
  /** With the first order to a new profile. */
  readonly signIn: { readonly handle: string; readonly password: string } | null;
  /** Where each conversation is to be before it counts as up to date. */
  readonly wanted: readonly { readonly conversation: ConversationId; readonly arrival: number }[];
}

export interface WentOnline extends TrafficCount {
  readonly elapsedMs: number;
  /** The longest time in which its event loop took nothing in. */
  readonly longestDeafMs: number;
}

export interface Device {
  /** Until it is up to date; then it is offline again. */
  goOnline(order: GoOnline): Promise<WentOnline>;
  close(): Promise<void>;
}

const CHILD = fileURLToPath(new URL('device-child.ts', import.meta.url));

export const startDevice = async (server: string, profileDir: string): Promise<Device> => {
  const child = fork(CHILD, [server, profileDir], { execArgv: NODE_FLAGS });
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the device's process ended with ${code}`);
  });
  ended.catch(() => {}); // told to whoever waits for it
  const answer = async (): Promise<unknown> => (await Promise.race([once(child, 'message'), ended]))[0];
  await answer();
  return {
    goOnline: async (order) => {
      child.send(order);
      return (await answer()) as WentOnline;
    },
    close: async () => {
      child.send('close');
      await ended.catch(() => {});
    },
  };
};
