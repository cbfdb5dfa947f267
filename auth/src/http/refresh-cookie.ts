/** The refresh token's cookie: out of reach for scripts, other sites and other hosts. [SES-5] */
import { LIMITS } from '@kith/schema/limits';
import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { CookieOptions } from 'hono/utils/cookie';
import type { AuthConfig } from '../auth-config.ts';

export interface RefreshCookie {
  read(c: Context): string | null;
  write(c: Context, refreshToken: string): void;
  clear(c: Context): void;
}

/** Over plain http to another address than localhost browsers refuse `Secure` cookies and the prefix that asks for it. */
export const createRefreshCookie = ({ secureCookies }: Pick<AuthConfig, 'secureCookies'>): RefreshCookie => {
  const name = secureCookies ? '__Host-kith-refresh' : 'kith-refresh';
  const options: CookieOptions = { path: '/', httpOnly: true, secure: secureCookies, sameSite: 'Strict' };
  return {
    read: (c) => getCookie(c, name) ?? null,
    write: (c, refreshToken) => setCookie(c, name, refreshToken, { ...options, maxAge: LIMITS.refreshTokenSeconds }),
    clear: (c) => {
      deleteCookie(c, name, options);
    },
  };
};
