import { expect, test } from 'vitest';
import { createTrustScriptUrl } from './trusted-script-url.ts';

const location = { origin: 'https://chat.example' } as Location;

test('[BRW-2] only scripts of this origin are trusted, with and without Trusted Types', () => {
  const policies: string[] = [];
  const trustedTypes = {
    createPolicy: (name: string, rules: { createScriptURL: (url: string) => string }) => {
      policies.push(name);
      return { createScriptURL: (url: string) => ({ trusted: rules.createScriptURL(url) }) };
    },
  };
  const plain = createTrustScriptUrl({ location });
  const typed = createTrustScriptUrl({ location, trustedTypes });
  expect(plain('/assets/worker.js')).toBe('https://chat.example/assets/worker.js');
  expect(typed('/service-worker.js')).toEqual({ trusted: 'https://chat.example/service-worker.js' });
  for (const trust of [plain, typed]) {
    for (const url of [
      'https://other.example/a.js',
      '//other.example/a.js',
      'data:text/javascript,1',
      'blob:x',
      'javascript:1',
    ]) {
      expect(() => trust(url), url).toThrow(TypeError);
    }
  }
  expect(policies).toEqual(['kith']);
});
