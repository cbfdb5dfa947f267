import { WIRE_ERRORS } from '@kith/schema/wire-error';
import { describe, expect, it } from 'vitest';
import { createMemoryAccountStore } from '../index.ts';
import { type Asked, createAuthHarness, newId, ORIGIN } from '../test/auth-harness.ts';

const code = ({ body, status }: { body: { code?: string } | null; status: number }) => body?.code ?? status;

const REFRESH = '/api/session/refresh';

describe('the edge', () => {
  it.each([
    ['another site', { Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site' }],
    ['another site without fetch metadata', { Origin: 'https://evil.example' }],
    ['a sandboxed frame', { Origin: 'null' }],
    ['another port of our host', { Origin: 'http://localhost:3001', 'Sec-Fetch-Site': 'same-site' }],
    ['another site that hides its origin', { 'Sec-Fetch-Site': 'cross-site' }],
    ['a neighbour that hides its origin', { 'Sec-Fetch-Site': 'same-site' }],
    ['a name that begins like ours', { Origin: 'http://localhost:3000.evil.example' }],
  ])('[EDGE-1] nothing is changed from %s', async (_, headers) => {
    const { auth, signUp } = await createAuthHarness();
    const ann = await signUp('ann');
    for (const [method, path] of [
      ['POST', REFRESH],
      ['POST', '/api/session/challenge'],
      ['POST', '/api/session/resume'],
      ['DELETE', '/api/session'],
      ['POST', '/api/conversations'],
      ['POST', '/api/passwords/sign-in'],
      ['PATCH', `/api/conversations/${newId()}`],
      ['PUT', `/api/conversations/${newId()}/members/${newId()}`],
    ]) {
      const response = await auth.http.request(path!, {
        method: method!,
        headers: {
          ...headers,
          Cookie: `__Host-kith-refresh=${ann.refreshToken}`,
          Authorization: `Bearer ${ann.accessToken}`,
        },
      });
      const { code: refusal } = (await response.json()) as { code: string };
      expect([path, response.status, refusal]).toEqual([path, 403, 'foreign-origin']);
    }
  });

  it('[EDGE-1] our own pages and clients without a browser may', async () => {
    const { auth, signUp } = await createAuthHarness();
    for (const headers of [{}, { Origin: ORIGIN }, { Origin: ORIGIN, 'Sec-Fetch-Site': 'same-origin' }]) {
      const { refreshToken } = await signUp(
        `p${newId()
          .toLowerCase()
          .replace(/[^a-z0-9]/g, '')}z`,
      );
      const response = await auth.http.request(REFRESH, {
        method: 'POST',
        headers: { ...headers, Cookie: `__Host-kith-refresh=${refreshToken}` } as Record<string, string>,
      });
      expect(response.status).toBe(200);
    }
  });

  it('[EDGE-1] over plain http the server’s other names are its own; over https only the public one is', async () => {
    const headers = { Origin: 'http://kith.lan:3000', Host: 'kith.lan:3000', 'Sec-Fetch-Site': 'same-origin' };
    const plain = await createAuthHarness();
    expect(code(await plain.ask('POST', REFRESH, { headers }))).toBe('unauthenticated');
    const secure = await createAuthHarness({ config: { publicOrigin: 'https://kith.example', rpId: 'kith.example' } });
    expect(code(await secure.ask('POST', REFRESH, { headers }))).toBe('foreign-origin');
    const own = { headers: { Origin: 'https://kith.example' } };
    expect(code(await secure.ask('POST', REFRESH, own))).toBe('unauthenticated');
  });

  it.each([
    ['text', { 'Content-Type': 'text/plain' }, '{}', 'not-json', 415],
    ['a form', { 'Content-Type': 'application/x-www-form-urlencoded' }, 'a=b', 'not-json', 415],
    ['no type', { 'Content-Type': '' }, '{}', 'not-json', 415],
    ['another JSON-like type', { 'Content-Type': 'application/json-seq' }, '{}', 'not-json', 415],
    ['half a text', {}, '{"handle":', 'bad-json', 400],
    ['something behind', {}, '{} {}', 'bad-json', 400],
    ['a list', {}, '[]', 'bad-request', 400],
    ['null', {}, 'null', 'bad-request', 400],
    ['an empty object', {}, '{}', 'bad-request', 400],
    ['64 KiB and more', {}, `{"handle":"${'x'.repeat(65_536)}"}`, 'too-large', 413],
  ])('[EDGE-2] %s is refused', async (_, headers, body, expected, status) => {
    const { ask } = await createAuthHarness();
    const type = 'Content-Type' in headers ? headers : { 'Content-Type': 'application/json; charset=utf-8' };
    const refused = await ask('POST', '/api/passwords/sign-in', { body, headers: type as Record<string, string> });
    expect([refused.body.code, refused.status]).toEqual([expected, status]);
  });

  it('[EDGE-2] a body without a length is cut off at the limit, and bytes that are no UTF-8 are no JSON', async () => {
    const { auth } = await createAuthHarness();
    let sent = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        sent += 16_384;
        controller.enqueue(new Uint8Array(16_384).fill(32));
      },
    });
    const post = async (body: ReadableStream | Uint8Array) => {
      const init = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body, duplex: 'half' };
      const response = await auth.http.request('/api/passwords/sign-in', init as RequestInit);
      return (await response.json()) as { code: string };
    };
    expect((await post(endless)).code).toBe('too-large');
    expect(sent).toBeLessThanOrEqual(6 * 16_384);
    expect((await post(new Uint8Array([0x22, 0xff, 0x22]))).code).toBe('bad-json');
  });

  it('[EDGE-2] keys that poison prototypes and text that would be code change nothing', async () => {
    const { ask, signUp } = await createAuthHarness();
    const ann = await signUp('ann');
    const body = '{"__proto__":{"role":"owner"},"constructor":1,"documents":["<script>alert(1)</script>"]}';
    const answer = await ask('POST', '/api/document-tokens', { as: ann, body });
    expect(answer.body.tokens).toEqual([{ doc: '<script>alert(1)</script>', error: 'document-unknown' }]);
    expect(answer.headers.get('Content-Type')).toMatch(/^application\/json/);
    expect(({} as { role?: string }).role).toBeUndefined();
  });

  it('[EDGE-2] no answer is kept by a cache', async () => {
    const { ask, signUp } = await createAuthHarness();
    const ann = await signUp('ann');
    for (const asked of [{ as: ann }, {}]) {
      const { headers } = await ask('GET', '/api/session', asked as Asked);
      expect(headers.get('Cache-Control')).toBe('no-store');
    }
  });
});

describe('errors', () => {
  it('[API-1] what breaks inside answers with a sentence, and the log has the rest under an id', async () => {
    const store = createMemoryAccountStore();
    const { ask, signUp, logged } = await createAuthHarness({ store });
    const ann = await signUp('ann');
    Object.assign(store, {
      conversationsOf: async () => {
        throw new Error('disk /data/auth.sqlite is full');
      },
    });
    const { status, body } = await ask('GET', '/api/conversations', { as: ann });
    expect([status, body]).toEqual([500, { code: 'internal', message: WIRE_ERRORS.internal.sentence }]);
    const entry = logged.find(({ level }) => level === 'error');
    expect(entry?.fields).toMatchObject({ requestId: expect.stringMatching(/^.{16}$/), path: '/api/conversations' });
    expect(JSON.stringify(entry)).not.toContain(ann.accessToken);
  });

  it('[API-1] every hostile request answers with a code of the table, its status and its sentence, and no stack', async () => {
    const { ask, signUp, auth } = await createAuthHarness();
    const ann = await signUp('ann');
    const { paths } = (await ask('GET', '/api/openapi.json')).body;
    const bodies = ['', 'null', '[]', '{', '{"title":{}}', '"x"', '{"a":'.repeat(5_000), `[${'['.repeat(9_000)}`];
    const tokens = [undefined, ann.accessToken, 'a.b.c', ''];
    for (const [path, methods] of Object.entries<object>(paths)) {
      for (const method of Object.keys(methods)) {
        for (const [i, body] of bodies.entries()) {
          const token = tokens[i % tokens.length];
          const response = await auth.http.request(path.replaceAll(/\{\w+\}/g, i % 2 ? newId() : '..%2f'), {
            method: method.toUpperCase(),
            headers: {
              'Content-Type': 'application/json',
              ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
            },
            ...(method === 'get' ? {} : { body }),
          });
          const text = await response.text();
          expect(text).not.toMatch(/\bat .*\.ts|node_modules|Error:/);
          if (response.status < 400) continue;
          const { code: name, message } = JSON.parse(text) as { code: keyof typeof WIRE_ERRORS; message: string };
          expect([name, response.status, message]).toEqual([
            name,
            WIRE_ERRORS[name].status,
            WIRE_ERRORS[name].sentence,
          ]);
          expect(response.status).toBeLessThan(500);
        }
      }
    }
  });

  it('[EDGE-4] a flood from one address is stopped, whatever it asks for, and neighbours do not notice', async () => {
    let address = '2001:db8::1';
    const { ask, signUp, clock } = await createAuthHarness({ address: () => address });
    const ann = await signUp('ann');
    const start = () => ask('POST', '/api/passkeys/authentication-options', { body: {} });
    let started = 0;
    while ((await start()).status === 200) started++;
    expect(started).toBeGreaterThan(1_000);
    address = '2001:db8::2';
    const refused = await start();
    expect([refused.status, refused.body]).toMatchObject([
      429,
      { code: 'rate-limited', limit: 'requests', retryAfterMs: 200 },
    ]);
    expect((await ask('POST', '/api/session/challenge', { body: { device: ann.device } })).status).toBe(429);
    expect((await ask('GET', '/api/session', { as: ann })).status).toBe(200);
    clock.advance(200);
    expect((await start()).status).toBe(200);
    address = '2001:db8:0:1::1';
    expect((await start()).status).toBe(200);
  });

  it('[EDGE-4] accounts from one address are bounded more tightly', async () => {
    const { ask } = await createAuthHarness();
    const signUpWeakly = () => ask('POST', '/api/passwords/sign-up', { body: {} });
    const statuses = await Promise.all(Array.from({ length: 301 }, signUpWeakly));
    expect(statuses.map(({ status }) => status)).toEqual([...Array<number>(300).fill(400), 429]);
  });

  it('[EDGE-4] one account asks for a bounded number of things, those of an import counted apart', async () => {
    const { ask, signUp } = await createAuthHarness();
    const ann = await signUp('ann');
    const whoAmI = async (as = ann) => (await ask('GET', '/api/session', { as })).status;
    let asked = 0;
    while ((await whoAmI()) === 200) asked++;
    expect(asked).toBe(2_000);
    const bulk = await ask('POST', REFRESH, { cookie: ann.refreshToken, body: { bulk: true } });
    expect(await whoAmI({ ...ann, accessToken: bulk.body.accessToken })).toBe(200);
  });

  it('[API-1] a path that is none, and a method that a path does not have, are not found', async () => {
    const { ask } = await createAuthHarness();
    for (const [method, path] of [
      ['GET', '/api/nothing'],
      ['POST', '/api/openapi.json'],
      ['GET', '/api/conversations/x/y/z'],
    ]) {
      const { status, body } = await ask(method!, path!);
      expect([path, status, body.code]).toEqual([path, 404, 'not-found']);
    }
  });

  it.each([
    ['no token', undefined, 'unauthenticated'],
    ['another scheme', 'Basic YTpi', 'unauthenticated'],
    ['an empty token', 'Bearer ', 'unauthenticated'],
    ['noise', 'Bearer a.b.c', 'token-invalid'],
  ])('[TOK-1] %s opens nothing', async (_, authorization, expected) => {
    const { ask } = await createAuthHarness();
    const headers: Record<string, string> = authorization === undefined ? {} : { Authorization: authorization };
    const { status, body } = await ask('GET', '/api/conversations', { headers });
    expect([status, body.code]).toEqual([401, expected]);
  });

  it('[TOK-1] an access token ends after ten minutes; a document token or a cookie is none', async () => {
    const { ask, signUp, clock } = await createAuthHarness();
    const ann = await signUp('ann');
    const documents = [`account/${ann.account}`];
    const opened = await ask('POST', '/api/document-tokens', { as: ann, body: { documents } });
    const asDocument = await ask('GET', '/api/session', { as: { accessToken: opened.body.tokens[0].token } });
    expect(asDocument.body.code).toBe('token-invalid');
    expect(code(await ask('GET', '/api/session', { cookie: ann.refreshToken }))).toBe('unauthenticated');
    clock.advance(629_000);
    expect(code(await ask('GET', '/api/session', { as: ann }))).toBe(200);
    clock.advance(1_000);
    expect(code(await ask('GET', '/api/session', { as: ann }))).toBe('token-expired');
  });
});
