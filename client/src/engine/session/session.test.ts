import { expect, test } from 'vitest';
import { EngineError } from '../engine-api.ts';
import { createMemoryLocalStore } from '../storage/memory-local-store.ts';
import { SELF, sampleSession } from '../storage/test/local-store-samples.ts';
import { createManualTime } from '../test/manual-time.ts';
import { createAccessToken } from './access-token.ts';
import { createApiClient, NoAnswer } from './api-client.ts';
import { createDocumentTokens } from './document-tokens.ts';
import { createHttp, type Http } from './http.ts';

const answering = (respond: (url: string) => Response | Promise<Response>) => {
  const { timers } = createManualTime();
  const fetch = ((url: string) => Promise.resolve(respond(url))) as unknown as typeof globalThis.fetch;
  return createHttp({ server: 'http://server.test', fetch, timers });
};
const get = { method: 'GET', path: '/api/x' } as const;

test('[ENG-2] errors of the server keep their code, sentence and time to wait', async () => {
  const http = answering(() =>
    Response.json({ code: 'rate-limited', message: 'Slow down', retryAfterMs: 70 }, { status: 429 }),
  );
  await expect(http.send(get)).rejects.toMatchObject({ code: 'rate-limited', message: 'Slow down', retryAfterMs: 70 });
});

test('[ENG-2] no answer is offline; an answer that is not the server’s is unavailable', async () => {
  await expect(answering(() => Promise.reject(new TypeError('refused'))).send(get)).rejects.toMatchObject({
    code: 'offline',
  });
  const page = answering(() => new Response('<h1>Proxy</h1>', { status: 502 }));
  await expect(page.send(get)).rejects.toMatchObject({ code: 'unavailable' });
  const future = answering(() => Response.json({ code: 'made-up', message: '' }, { status: 400 }));
  await expect(future.send(get)).rejects.toMatchObject({ code: 'unavailable' });
});

const sessionAnswer = (n: number, expiresAt: number) => ({
  ...{ account: SELF, device: sampleSession().device, handle: 'alice', name: 'Alice' },
  ...{ accessToken: `token-${n}`, expiresAt },
});

const renewing = async () => {
  const time = createManualTime();
  const store = createMemoryLocalStore();
  await store.saveSession(sampleSession());
  const cookies: (string | null | undefined)[] = [];
  let failure: EngineError | null = null;
  const ended: string[] = [];
  const http: Http = {
    send: async ({ cookie }) => {
      cookies.push(cookie);
      if (failure !== null) throw failure;
      const headers = new Headers();
      headers.append('set-cookie', `__Host-kith-refresh=r${cookies.length}; Path=/; HttpOnly`);
      return { json: sessionAnswer(cookies.length, time.clock.now() + 600_000), headers };
    },
  };
  const deps = { store, clock: time.clock, server: 'http://server.test', subtle: crypto.subtle };
  const access = createAccessToken({ ...deps, cookies: 'headless' }, http, (code) => ended.push(code));
  const fail = (error: EngineError) => {
    failure = error;
  };
  return { time, store, cookies, ended, access, fail, http };
};

test('[ENG-3] however many ask, one renewal is made, and the rotated refresh token is kept before it is used', async () => {
  const { time, store, cookies, access } = await renewing();
  const tokens = await Promise.all([access.token(), access.token(), access.renewed('stale')]);
  expect(tokens).toEqual(['token-1', 'token-1', 'token-1']);
  expect(cookies).toEqual(['refresh-1']);
  expect((await store.session())?.refreshToken).toBe('__Host-kith-refresh=r1');
  expect(await access.token()).toBe('token-1');
  time.pass(560_000);
  expect(await access.token()).toBe('token-2');
  expect(cookies).toEqual(['refresh-1', '__Host-kith-refresh=r1']);
});

test('[ENG-3] a session that is over is told once it is known; being offline ends nothing', async () => {
  const { access, ended, fail } = await renewing();
  fail(new EngineError('offline', ''));
  await expect(access.token()).rejects.toMatchObject({ code: 'offline' });
  expect(ended).toEqual([]);
  fail(new EngineError('session-ended', ''));
  await expect(access.token()).rejects.toMatchObject({ code: 'session-ended' });
  expect(ended).toEqual(['session-ended']);
});

test('[ENG-3] a token that the server finds stale is renewed once and the request made again', async () => {
  const { access, http } = await renewing();
  await access.token();
  const bearers: (string | undefined)[] = [];
  const api = createApiClient(
    {
      send: async (request) => {
        bearers.push(request.bearer);
        if (request.bearer === 'token-1') throw new EngineError('token-expired', '');
        return http.send(request);
      },
    },
    access,
  );
  await api.call({ ...get, answer: NoAnswer });
  expect(bearers).toEqual(['token-1', 'token-2']);
});

test('[CON-3] tokens of documents are asked for together, kept until shortly before their end, refused one by one', async () => {
  const time = createManualTime();
  const asked: string[][] = [];
  const tokens = createDocumentTokens(
    {
      call: async ({ body }) => {
        const { documents } = body as { documents: string[] };
        asked.push(documents);
        return {
          tokens: documents.map((doc) =>
            doc.endsWith('B')
              ? { doc, error: 'not-member' }
              : { doc, token: doc, expiresAt: time.clock.now() + 300_000 },
          ),
        };
      },
    },
    time.clock,
  );
  const results = await Promise.allSettled([
    tokens.token('conversation/A' as never),
    tokens.token('conversation/B' as never),
    tokens.token('conversation/A' as never),
  ]);
  expect(asked).toEqual([['conversation/A', 'conversation/B']]);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(results[1]).toMatchObject({ reason: { code: 'not-member' } });
  time.pass(200_000);
  await tokens.token('conversation/A' as never);
  expect(asked).toHaveLength(1);
  time.pass(20_000);
  expect(tokens.isStale('conversation/A' as never)).toBe(true);
  await tokens.token('conversation/A' as never);
  expect(asked).toHaveLength(2);
});

test('[CON-3] a token that the server does not take is asked for anew', async () => {
  const time = createManualTime();
  let count = 0;
  const answer = (doc: string) => ({ doc, token: `token ${++count}`, expiresAt: time.clock.now() + 300_000 });
  const call = async () => ({ tokens: [answer('conversation/A')] });
  const tokens = createDocumentTokens({ call } as never, time.clock);
  const journal = 'conversation/A' as never;
  expect([await tokens.token(journal), await tokens.token(journal)]).toEqual(['token 1', 'token 1']);
  tokens.drop(journal);
  expect(await tokens.token(journal)).toBe('token 2');
});

test('[CON-3] tokens of what is about to be opened are asked for together, and once', async () => {
  const time = createManualTime();
  const asked: string[][] = [];
  const call = async ({ body }: { body: { documents: string[] } }) => {
    asked.push(body.documents);
    return { tokens: body.documents.map((doc) => ({ doc, token: doc, expiresAt: time.clock.now() + 300_000 })) };
  };
  const tokens = createDocumentTokens({ call } as never, time.clock);
  const [a, b] = ['conversation/A', 'conversation/B'] as never[];
  tokens.prefetch([a!, b!]);
  expect(await Promise.all([tokens.token(b!), tokens.token(a!)])).toEqual([b, a]);
  expect(asked).toEqual([[a, b]]);
});
