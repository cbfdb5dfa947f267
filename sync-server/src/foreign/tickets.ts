/**
 * Tickets of foreign clients, which can put nothing on a socket but a parameter of its address. Each opens one document
 * once, within a minute, for the device that asked: whoever reads an address later reads nothing of use. Kept by their
 * hash and in this process alone. [FRN-1] [FRN-2]
 */
import { createHash } from 'node:crypto';
import { bytesToBase64Url } from '@kith/schema/base64url';
import { type DocName, formatDocName } from '@kith/schema/doc-name';
import type { AccountId, DeviceId, Random, SessionId } from '@kith/schema/ids';
import { LIMITS } from '@kith/schema/limits';
import { err, ok, type Result } from '@kith/schema/result';

export interface Grant {
  readonly account: AccountId;
  readonly device: DeviceId;
  /** The device's at the time of asking; of another one the grant is void. */
  readonly session: SessionId;
  readonly name: DocName;
  /** Under which the connection may write. */
  readonly clientId: number;
  /** When the connection ends, ms since 1970: as long after the ticket as a document token lives. */
  readonly expiresAtMs: number;
}

export interface IssuedTicket {
  readonly ticket: string;
  readonly clientId: number;
  readonly expiresAtMs: number;
}

export interface TicketError {
  readonly type: 'ticket-invalid' | 'ticket-used' | 'ticket-expired';
}

export interface Tickets {
  /** Refused while too many people ask at once. A device with too many tickets loses its oldest one. */
  issue(asker: TicketAsker, name: DocName): Result<IssuedTicket, { readonly type: 'rate-limited' }>;
  /** Shown for another document it is spent all the same. */
  redeem(ticket: string, document: string): Result<Grant, TicketError>;
}

type TicketAsker = Pick<Grant, 'account' | 'device' | 'session'>;

interface TicketsDeps {
  readonly clock: { now(): number };
  readonly random: Random;
  /** Kept at a time, those included of which only the end is remembered. */
  readonly max?: number;
}

interface Entry {
  readonly grant: Grant;
  readonly expiresAtMs: number;
  isUsed: boolean;
}

const TICKET = /^[A-Za-z0-9_-]{43}$/;
const MAX_PER_DEVICE = 16;
/** So long after its end a ticket is told from one that never was. */
const REMEMBER_MS = 60_000;

export const createTickets = ({ clock, random, max = 20_000 }: TicketsDeps): Tickets => {
  /** By hash, in the order of issue, which is that of expiry. */
  const entries = new Map<string, Entry>();
  const hashesByDevice = new Map<DeviceId, Set<string>>();

  const forget = (hash: string, { grant: { device } }: Entry): void => {
    entries.delete(hash);
    const hashes = hashesByDevice.get(device);
    hashes?.delete(hash);
    if (hashes?.size === 0) hashesByDevice.delete(device);
  };
  const forgetOld = (): void => {
    for (const [hash, entry] of entries) {
      if (entry.expiresAtMs + REMEMBER_MS > clock.now()) return;
      forget(hash, entry);
    }
  };
  const keep = (hash: string, entry: Entry): void => {
    entries.set(hash, entry);
    const { device } = entry.grant;
    const hashes = (hashesByDevice.get(device) ?? new Set()).add(hash);
    hashesByDevice.set(device, hashes);
    const [oldest = hash] = hashes;
    const oldestEntry = entries.get(oldest);
    if (hashes.size > MAX_PER_DEVICE && oldestEntry !== undefined) forget(oldest, oldestEntry);
  };

  return {
    issue: ({ account, device, session }, name) => {
      forgetOld();
      if (entries.size >= max) return err({ type: 'rate-limited' });
      const nowMs = clock.now();
      const ticket = bytesToBase64Url(random(new Uint8Array(32)));
      const clientId = drawClientId(random);
      const expiresAtMs = nowMs + LIMITS.ticketSeconds * 1_000;
      const endsAtMs = nowMs + LIMITS.documentTokenSeconds * 1_000;
      const grant = { account, device, session, name, clientId, expiresAtMs: endsAtMs };
      keep(hashTicket(ticket), { grant, expiresAtMs, isUsed: false });
      return ok({ ticket, clientId, expiresAtMs });
    },

    redeem: (ticket, document) => {
      const entry = TICKET.test(ticket) ? entries.get(hashTicket(ticket)) : undefined;
      if (entry === undefined) return err({ type: 'ticket-invalid' });
      if (entry.isUsed) return err({ type: 'ticket-used' });
      entry.isUsed = true;
      if (formatDocName(entry.grant.name) !== document) return err({ type: 'ticket-invalid' });
      if (entry.expiresAtMs <= clock.now()) return err({ type: 'ticket-expired' });
      return ok(entry.grant);
    },
  };
};

const hashTicket = (ticket: string): string => createHash('sha256').update(ticket).digest('base64url');

/** Any but 0; whether the document has it already shows when it is opened. */
const drawClientId = (random: Random): number =>
  new DataView(random(new Uint8Array(4)).buffer).getUint32(0) || drawClientId(random);
