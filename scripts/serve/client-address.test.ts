import { expect, it } from 'vitest';
import { clientAddress } from './client-address.ts';

it.each([
  ['the peer, when no proxy is believed', 0, '6.6.6.6', '10.0.0.1'],
  ['what the one proxy saw', 1, '6.6.6.6, 203.0.113.7', '203.0.113.7'],
  ['what the outer of two proxies saw', 2, '6.6.6.6, 203.0.113.7, 10.0.0.2', '203.0.113.7'],
  ['the peer, when the proxy says nothing', 1, undefined, '10.0.0.1'],
])('[RUN-11] tries are counted by %s', (_case, trustedProxies, forwardedFor, address) => {
  expect(clientAddress('10.0.0.1', forwardedFor, trustedProxies)).toBe(address);
});
