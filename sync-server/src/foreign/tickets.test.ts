import { createHash } from 'node:crypto';
import { bytesToBase64Url } from '@kith/schema/base64url';
import { type DocName, formatDocName } from '@kith/schema/doc-name';
import { createId } from '@kith/schema/ids';
import { LIMITS } from '@kith/schema/limits';
import { expect, test } from 'vitest';
import { testRandom } from '../test/events.ts';
import { createTickets } from './tickets.ts';

const newAsker = () => ({ account: createId(testRandom), device: createId(testRandom), session: createId(testRandom) });
type Asker = Parameters<ReturnType<typeof createTickets>['issue']>[0];

const setUp = (options: { readonly max?: number } = {}) => {
  let nowMs = 1_000_000;
  const tickets = createTickets({ clock: { now: () => nowMs }, random: testRandom, ...options });
  const name = { type: 'segment', conversation: createId(testRandom), n: 2 } as DocName;
  const issue = (asker = newAsker() as Asker) => {
    const issued = tickets.issue(asker, name);
    if (!issued.ok) throw new Error(issued.error.type);
    return issued.value;
  };
  const pass = (ms: number): void => {
    nowMs += ms;
  };
  const redeem = (ticket: string, document = formatDocName(name)) => {
    const redeemed = tickets.redeem(ticket, document);
    return redeemed.ok ? redeemed.value : redeemed.error.type;
  };
  return { tickets, name, issue, redeem, pass };
};

test('[FRN-1] a ticket opens its document for who asked, once', () => {
  const { name, issue, redeem } = setUp();
  const asker = newAsker() as Asker;
  const { ticket, clientId, expiresAtMs } = issue(asker);
  expect(expiresAtMs).toBe(1_000_000 + LIMITS.ticketSeconds * 1_000);
  expect(redeem(ticket)).toMatchObject({ ...asker, name, clientId });
  expect([redeem(ticket), redeem(ticket)]).toEqual(['ticket-used', 'ticket-used']);
});

test('[FRN-1] a ticket is good for less than a minute', () => {
  const { issue, redeem, pass } = setUp();
  const [early, late] = [issue(), issue()];
  pass(LIMITS.ticketSeconds * 1_000 - 1);
  expect(redeem(early.ticket)).toMatchObject({ clientId: early.clientId });
  pass(1);
  expect(redeem(late.ticket)).toBe('ticket-expired');
});

test('[FRN-1] a ticket shown for another document is refused, and spent', () => {
  const { name, issue, redeem } = setUp();
  const { ticket } = issue();
  expect(redeem(ticket, `${formatDocName(name)}1`)).toBe('ticket-invalid');
  expect(redeem(ticket)).toBe('ticket-used');
});

test('[FRN-1] [FRN-2] what never was a ticket opens nothing, also not the hash under which one is kept', () => {
  const { issue, redeem } = setUp();
  const { ticket } = issue();
  const hash = createHash('sha256').update(ticket).digest('base64url');
  const never = bytesToBase64Url(testRandom(new Uint8Array(32)));
  for (const garbage of [
    '',
    'x',
    '__proto__',
    hash,
    never,
    `${ticket}=`,
    ` ${ticket}`,
    ticket.slice(1),
    'A'.repeat(9_999),
  ]) {
    expect([garbage, redeem(garbage)]).toEqual([garbage, 'ticket-invalid']);
  }
  expect(redeem(ticket)).toMatchObject({ name: { n: 2 } });
});

test('[FRN-2] a device has a bounded number of tickets, of which the oldest gives way', () => {
  const { issue, redeem } = setUp();
  const asker = newAsker() as Asker;
  const other = issue();
  const all = Array.from({ length: 20 }, () => issue(asker).ticket);
  const outcomes = all.map((ticket) => redeem(ticket));
  expect(outcomes.slice(0, 4)).toEqual(Array(4).fill('ticket-invalid'));
  expect(outcomes.slice(4).every((grant) => typeof grant === 'object')).toBe(true);
  expect(redeem(other.ticket)).toMatchObject({ clientId: other.clientId });
});

test('[FRN-2] all devices together have a bounded number, until old ones are forgotten', () => {
  const { tickets, name, issue, redeem, pass } = setUp({ max: 3 });
  const first = issue();
  issue();
  issue();
  expect(tickets.issue(newAsker() as Asker, name)).toEqual({ ok: false, error: { type: 'rate-limited' } });
  expect(redeem(first.ticket)).toMatchObject({ clientId: first.clientId });
  pass(2 * LIMITS.ticketSeconds * 1_000);
  issue();
  expect(redeem(first.ticket)).toBe('ticket-invalid');
});

test('[FRN-4] a client id is drawn with the ticket, any but 0', () => {
  const draws = [0, 0, 7];
  const random = (bytes: Uint8Array<ArrayBuffer>) => {
    if (bytes.length === 4) new DataView(bytes.buffer).setUint32(0, draws.shift() ?? 1);
    return bytes;
  };
  const tickets = createTickets({ clock: { now: () => 0 }, random });
  expect(tickets.issue(newAsker() as Asker, setUp().name)).toMatchObject({ ok: true, value: { clientId: 7 } });
});
