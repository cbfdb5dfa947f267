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
