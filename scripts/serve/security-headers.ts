/** The headers of every answer, pages and API alike. [RUN-5] */

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "worker-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "object-src 'none'",
  // The client's one policy (client/src/engine/browser/trusted-script-url.ts) lets through scripts of this origin only.
  "require-trusted-types-for 'script'",
  'trusted-types kith',
];

/** Powerful features that the app has no use for; what it will use is missing here: camera for codes, notifications. */
const NO_FEATURES = [
  'geolocation',
  'microphone',
  'payment',
  'usb',
  'serial',
  'midi',
  'display-capture',
  'browsing-topics',
];

export interface HeaderContext {
  /** Checked by `parseHostHeader`; null leaves sockets to `'self'`. */
  readonly host: string | null;
  readonly isHttps: boolean;
  /** Whether browsers trust the address; where they do not, they complain about headers that they ignore. */
  readonly isTrusted: boolean;
}

/** Older browsers do not count `ws:` as `'self'`, so our own sockets are named. */
const contentSecurityPolicy = ({ host, isHttps }: HeaderContext): string =>
  [...POLICY, `connect-src 'self'${host === null ? '' : ` ${isHttps ? 'wss' : 'ws'}://${host}`}`].join('; ');

export const securityHeaders = (context: HeaderContext): Readonly<Record<string, string>> => ({
  'content-security-policy': contentSecurityPolicy(context),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': NO_FEATURES.map((feature) => `${feature}=()`).join(', '),
  ...(context.isTrusted ? { 'cross-origin-opener-policy': 'same-origin' } : {}),
  ...(context.isHttps ? { 'strict-transport-security': 'max-age=31536000' } : {}),
});
