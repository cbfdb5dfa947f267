import { isIPv6 } from 'node:net';
import type { Context } from 'hono';

/**
 * The address to count tries by. Only the composition root knows which proxies to believe; by default it is the peer of
 * the socket (as @hono/node-server gives it), never a header.
 */
export type AddressOf = (c: Context) => string;

interface NodeBindings {
  readonly incoming?: { readonly socket?: { readonly remoteAddress?: string } };
}

export const socketAddressOf: AddressOf = (c) =>
  (c.env as NodeBindings | undefined)?.incoming?.socket?.remoteAddress ?? 'unknown';

/**
 * What one subscriber has: an IPv4 address, or the first half of an IPv6 one, whose second half everybody chooses for
 * themselves. Texts that are no address stay as they are.
 */
export const subscriberOf = (address: string): string => {
  const [plain = ''] = address.split('%');
  const mapped = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i.exec(plain)?.[1];
  if (mapped !== undefined) return mapped;
  if (!isIPv6(plain)) return address;
  const [head = '', tail] = plain.split('::');
  const before = head.split(':').filter((group) => group !== '');
  const after = tail === undefined ? [] : tail.split(':').filter((group) => group !== '');
  // a dotted end stands for two groups, but only ever in the second half
  const missing = Math.max(0, 8 - before.length - after.length - (plain.includes('.') ? 1 : 0));
  const groups = tail === undefined ? before : [...before, ...Array<string>(missing).fill('0'), ...after];
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
};
