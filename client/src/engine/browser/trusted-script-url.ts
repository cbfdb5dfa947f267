/**
 * Worker and service worker URLs under `require-trusted-types-for 'script'`. The policy's name is fixed, so that the
 * server can allow exactly it (`trusted-types kith`), and it lets through nothing but scripts of this origin. [BRW-2]
 */

/** The part of the Trusted Types API used here; absent in browsers that do not have it, where strings are taken. */
interface TrustedTypePolicyFactory {
  createPolicy(
    name: string,
    rules: { readonly createScriptURL: (url: string) => string },
  ): { createScriptURL(url: string): unknown };
}

export const TRUSTED_TYPES_POLICY = 'kith';

/** @throws TypeError for a URL of another origin, or one that is not http(s). */
export const assertOwnScript = (url: string, origin: string): string => {
  const parsed = new URL(url, origin);
  if (parsed.origin !== origin || !/^https?:$/.test(parsed.protocol))
    throw new TypeError(`not a script of ours: ${url}`);
  return parsed.href;
};

export type TrustScriptUrl = (url: string) => string;

/**
 * Makes the policy: once per page, as browsers refuse a second one of the same name. What it returns is a
 * TrustedScriptURL where the browser has them; the DOM types of the sinks say `string`.
 */
export const createTrustScriptUrl = (page: {
  readonly location: Location;
  readonly trustedTypes?: unknown;
}): TrustScriptUrl => {
  const createScriptURL = (url: string) => assertOwnScript(url, page.location.origin);
  const factory = page.trustedTypes as TrustedTypePolicyFactory | undefined;
  if (factory === undefined) return createScriptURL;
  const policy = factory.createPolicy(TRUSTED_TYPES_POLICY, { createScriptURL });
  return (url) => policy.createScriptURL(url) as string;
};
