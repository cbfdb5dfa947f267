/**
 * Where passkeys, WebCrypto, service workers and notifications exist: browsers give them to https and to this machine's
 * own names only. [RUN-7]
 */

const HOST = /^(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i;

/** Null for a Host header that names no host: it must not reach a header or a page of ours. */
export const parseHostHeader = (host: string | undefined): string | null =>
  host !== undefined && host.length <= 260 && HOST.test(host) ? host.toLowerCase() : null;

/** `host` as a Host header or URL has it, with or without a port. */
export const isLocalhost = (host: string): boolean => {
  const name = host.toLowerCase().replace(/:\d+$/, '').replace(/\.$/, '');
  return name === 'localhost' || name.endsWith('.localhost') || isLoopbackAddress(name);
};

/** Loopback addresses are secure, but passkeys need a name: people are sent on to `localhost`. */
const isLoopbackAddress = (host: string): boolean =>
  /^127(?:\.\d{1,3}){3}$/.test(host.replace(/:\d+$/, '')) || /^\[::1\](?::\d+)?$/.test(host);

export interface Arrival {
  readonly host: string;
  /** `X-Forwarded-Proto` as a proxy in front of us set it; forging it only changes the forger's own page. */
  readonly forwardedProto: string | undefined;
}

/**
 *   home       the public URL itself
 *   loopback   the same by a number, where passkeys have no name to hold on to
 *   insecure   plain http from elsewhere: Kith cannot work
 *   unknown    secure, but not the name that this server was told: sessions and passkeys would be refused
 */
export type Place = 'home' | 'loopback' | 'insecure' | 'unknown';

export const placeOf = ({ host, forwardedProto }: Arrival, publicUrl: URL): Place => {
  const isTls = forwardedProto?.split(',')[0]?.trim() === 'https';
  if (host === publicUrl.host)
    return publicUrl.protocol === 'https:' || isLocalhost(host) || isTls ? 'home' : 'insecure';
  if (!isTls && !isLocalhost(host)) return 'insecure';
  const isSamePort = portOf(host) === portOf(publicUrl.host);
  return isLoopbackAddress(host) && publicUrl.hostname === 'localhost' && isSamePort ? 'loopback' : 'unknown';
};

const portOf = (host: string): string => /:(\d+)$/.exec(host)?.[1] ?? '80';

/** What to print at start when people are going to open an address on which Kith cannot work; null when they are not. */
export const startNotice = (publicUrl: URL, host: string | undefined): string | null => {
  const bound =
    host === undefined || host === '0.0.0.0' || host === '::' ? null : host.includes(':') ? `[${host}]` : host;
  const isReachedPlainly = bound !== null && !isLocalhost(bound) && publicUrl.protocol !== 'https:';
  if (!isReachedPlainly && (publicUrl.protocol === 'https:' || isLocalhost(publicUrl.host))) return null;
  return (
    `${isReachedPlainly ? `http://${bound}` : publicUrl.origin} is plain http. Browsers give passkeys, encryption keys, ` +
    'offline use and notifications to https and localhost only, so Kith will not work there. ' +
    'Put it behind TLS and set PUBLIC_URL=https://…: docs/handbook/run-it.md says how.'
  );
};
