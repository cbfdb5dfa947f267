/**
 * Who is asking, for limits on tries: the socket's peer, or what the proxies that we were told to believe say. Each
 * proxy adds its peer at the right of `X-Forwarded-For`; what stands further left is the client's own invention.
 */
export const clientAddress = (
  peer: string | undefined,
  forwardedFor: string | undefined,
  trustedProxies: number,
): string => {
  if (trustedProxies === 0 || forwardedFor === undefined) return peer ?? 'unknown';
  const hops = forwardedFor.split(',').map((hop) => hop.trim());
  return hops[Math.max(0, hops.length - trustedProxies)] || (peer ?? 'unknown');
};
