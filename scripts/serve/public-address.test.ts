import { describe, expect, it } from 'vitest';
import { parseHostHeader, placeOf, startNotice } from './public-address.ts';

const local = new URL('http://localhost:3000');
const https = new URL('https://chat.example.org');
const arrival = (host: string, forwardedProto?: string) => ({ host, forwardedProto });

describe('placeOf', () => {
  it.each([
    ['localhost:3000', undefined, local, 'home'],
    ['127.0.0.1:3000', undefined, local, 'loopback'],
    ['[::1]:3000', undefined, local, 'loopback'],
    ['localhost:8080', undefined, local, 'unknown'],
    ['192.168.1.5:3000', undefined, local, 'insecure'],
    ['my-pi:3000', undefined, local, 'insecure'],
    ['localhost.evil.example', undefined, local, 'insecure'],
    ['127.0.0.1.evil.example', undefined, local, 'insecure'],
    ['chat.example.org', 'https', local, 'unknown'],
    ['chat.example.org', undefined, https, 'home'],
    ['chat.example.org', 'https', https, 'home'],
    ['192.168.1.5', undefined, https, 'insecure'],
    ['localhost:3000', undefined, https, 'unknown'],
    ['my-pi:3000', undefined, new URL('http://my-pi:3000'), 'insecure'],
  ])('[RUN-7] %s (forwarded: %s) at %s is %s', (host, forwardedProto, publicUrl, place) => {
    expect(placeOf(arrival(host, forwardedProto), publicUrl)).toBe(place);
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
