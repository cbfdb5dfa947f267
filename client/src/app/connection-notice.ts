/** The one quiet line about the network: what is so, and what it means for what one wrote. [UI-21] */
import type { EngineStatus } from '../engine/engine-api.ts';

export interface ConnectionNotice {
  readonly tone: 'quiet' | 'failing';
  readonly text: string;
}

export interface ConnectionState {
  readonly status: EngineStatus | undefined;
  /** Offline, or connecting again after it. */
  readonly away: boolean;
  readonly pending: number;
  readonly restarting: boolean;
}

export const connectionNotice = (
  { status, away, pending, restarting }: ConnectionState,
  format: (value: number) => string,
): ConnectionNotice | null => {
  if (restarting) return { tone: 'quiet', text: 'The app is starting again. What you wrote is safe.' };
  if (status === undefined || status.connection === 'signed-out') return null;
  if (away) return { tone: 'quiet', text: `Offline. Everything works; ${goesOut(pending, format)} when you are back.` };
  if (status.storage === 'failing')
    return {
      tone: 'failing',
      text: `The server cannot store messages right now. ${waiting(pending, format)} on this device and will be sent when it can.`,
    };
  return null;
};

/** A line that comes and goes with every try to connect would not be quiet: it stays until one succeeds. */
export const isAway = (before: boolean, connection: EngineStatus['connection'] | undefined): boolean => {
  if (connection === 'offline') return true;
  return connection === 'connecting' && before;
};

const goesOut = (pending: number, format: (value: number) => string): string => {
  if (pending === 0) return 'what you write goes out';
  return pending === 1 ? '1 message goes out' : `${format(pending)} messages go out`;
};

const waiting = (pending: number, format: (value: number) => string): string => {
  if (pending === 0) return 'What you write stays';
  return pending === 1 ? '1 message waits' : `${format(pending)} messages wait`;
};
