import { describe, expect, it } from 'vitest';
import { isSecureArrival, parseHostHeader, startNotice } from './public-address.ts';

const local = new URL('http://localhost:3000');
const https = new URL('https://chat.example.org');
const arrival = (host: string, forwardedProto?: string) => ({ host, forwardedProto });

describe('isSecureArrival', () => {
  it.each(['localhost:3000', '127.0.0.1:3000', '[::1]:3000', 'a.localhost'])('[RUN-7] %s is this machine', (host) => {
    expect(isSecureArrival(arrival(host), local)).toBe(true);
  });

  it.each(['192.168.1.5:3000', 'my-pi:3000', 'localhost.evil.example', '127.0.0.1.evil.example'])(
    '[RUN-7] %s over plain http is not',
    (host) => {
      expect(isSecureArrival(arrival(host), local)).toBe(false);
    },
  );

  it('[RUN-7] a TLS proxy in front is secure, by its header or by the public URL', () => {
    expect(isSecureArrival(arrival('other.example', 'https'), local)).toBe(true);
    expect(isSecureArrival(arrival('chat.example.org'), https)).toBe(true);
    expect(isSecureArrival(arrival('192.168.1.5'), https)).toBe(false);
  });
});

describe('startNotice', () => {
  it('[RUN-7] says at start what a plain address will not give', () => {
    expect(startNotice(new URL('http://my-pi:3000'), undefined)).toContain('http://my-pi:3000 is plain http');
    expect(startNotice(local, '192.168.1.5')).toContain('http://192.168.1.5 is plain http');
  });

  it('[RUN-7] is silent where everything works', () => {
    expect(startNotice(local, undefined)).toBeNull();
    expect(startNotice(local, '127.0.0.1')).toBeNull();
    expect(startNotice(https, '0.0.0.0')).toBeNull();
    expect(startNotice(https, '10.0.0.2')).toBeNull();
  });
});

describe('parseHostHeader', () => {
  it.each(['a b', "x; script-src 'unsafe-inline'", 'a.example/..', '', 'a'.repeat(300)])(
    '[RUN-5] %j is no host and reaches no header',
    (host) => {
      expect(parseHostHeader(host)).toBeNull();
    },
  );
});
