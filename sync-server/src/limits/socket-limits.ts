/**
 * How many sockets an address and an account may have open, and how often an address may open one. One too many is closed
 * with the code that says when to come back. What is open is counted by this process for itself. [LIM-4]
 */

import type { AccountId } from '@kith/schema/ids';
import { formatReason } from '@kith/schema/refusal-reason';
import { CLOSE_CODES, type Limited } from '@kith/schema/wire-error';
import type { Grant } from '../foreign/tickets.ts';
import { createSocketContext, type SocketContext } from '../live/peer.ts';
import type { Log } from '../log.ts';
import { type CreateWindow, createLimiter } from './limiter.ts';
import type { Rates } from './rates.ts';

export interface SocketLimits {
  /** It counts from here on until it is closed. `grant`: of a foreign client's. */
  open(ws: OpenSocket, address: string, grant?: Grant): SocketContext;
  /** It speaks for this account; the limit when it was closed for that. */
  joined(socket: SocketContext, account: AccountId): Limited | null;
}

interface OpenSocket {
  close(code: number, reason: string): void;
  once(event: 'close', listener: () => void): unknown;
}

interface SocketLimitsDeps {
  readonly createWindow: CreateWindow;
  readonly rates: Rates;
  readonly log: Log;
}

/** Nobody knows when another socket closes: often enough to notice, rarely enough not to press. */
const CROWDED: Limited = { limit: 'sockets', retryAfterMs: 60_000 };

export const createSocketLimits = ({ createWindow, rates, log }: SocketLimitsDeps): SocketLimits => {
  const openings = createLimiter(createWindow, 'sockets', rates.sockets);
  const openByAddress = createCounts();
  const openByAccount = createCounts();
  const accountsBySocket = new Map<SocketContext, Set<AccountId>>();

  const countOpening = async (socket: SocketContext, address: string): Promise<void> => {
    try {
      const { isAllowed, retryAfterMs } = await openings.take(address, 1);
      if (!isAllowed) refuse(socket, { limit: 'sockets', retryAfterMs });
    } catch (cause) {
      // the socket stays: what it may do is still bounded by its account
      log.warn('a socket could not be counted', { cause });
    }
  };

  return {
    open: (ws, address, grant) => {
      const socket = createSocketContext((code, reason) => ws.close(code, reason), grant);
      const accounts = new Set<AccountId>();
      accountsBySocket.set(socket, accounts);
      ws.once('close', () => {
        accountsBySocket.delete(socket);
        openByAddress.remove(address);
        for (const account of accounts) openByAccount.remove(account);
      });
      if (openByAddress.add(address) > rates.socketsOfAddress) refuse(socket, CROWDED);
      else void countOpening(socket, address);
      return socket;
    },
    joined: (socket, account) => {
      const accounts = accountsBySocket.get(socket);
      if (accounts === undefined || accounts.has(account)) return null;
      accounts.add(account);
      if (openByAccount.add(account) <= rates.socketsOfAccount) return null;
      refuse(socket, CROWDED);
      return CROWDED;
    },
  };
};

const refuse = (socket: SocketContext, limited: Limited): void =>
  socket.close(CLOSE_CODES.tryLater, formatReason('rate-limited', limited));

const createCounts = () => {
  const countByKey = new Map<string, number>();
  const change = (key: string, by: number): number => {
    const count = (countByKey.get(key) ?? 0) + by;
    if (count > 0) countByKey.set(key, count);
    else countByKey.delete(key);
    return count;
  };
  return { add: (key: string) => change(key, 1), remove: (key: string) => void change(key, -1) };
};
