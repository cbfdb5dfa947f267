import { expect, test } from 'vitest';
import { deviceNameFrom } from './device-name.ts';

test('[UI-11] a device is named after its browser and its system', () => {
  const chrome =
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36';
  const cases = [
    [chrome, 'Chrome on Linux'],
    [`${chrome} Edg/156.0`, 'Edge on Linux'],
    ['Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0', 'Firefox on Windows'],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Mobile/15E148 Safari/604.1',
      'Safari on iPhone',
    ],
    ['Mozilla/5.0 (Linux; Android 16) Chrome/156.0 Mobile Safari/537.36', 'Chrome on Android'],
    ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/19.0 Safari/605.1.15', 'Safari on Mac'],
    ['curl/8', 'Browser on a computer'],
    ['', 'Browser on a computer'],
  ] as const;
  for (const [userAgent, name] of cases) expect(deviceNameFrom(userAgent)).toBe(name);
});
