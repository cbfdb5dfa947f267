import { describe, expect, it } from 'vitest';
import { createAuthHarness, newId } from '../test/auth-harness.ts';

const setUp = async () => {
  const harness = await createAuthHarness();
  const [ann, bob, eve] = [await harness.signUp('ann'), await harness.signUp('bob'), await harness.signUp('eve')];
  const conversation = await harness.converse(ann);
  await harness.join(bob, await harness.invite(ann, conversation, { role: 'reader' }));
  const tokens = async (as: typeof ann, ...documents: unknown[]) =>
    (await harness.ask('POST', '/api/document-tokens', { as, body: { documents } })).body;
  return { ...harness, ann, bob, eve, conversation, tokens };
};

describe('document tokens', () => {
  it('[TOK-2] a writer gets one to write, a reader one to read, for five minutes', async () => {
    const { ann, bob, conversation, tokens, auth, clock } = await setUp();
    const doc = `conversation/${conversation}`;
    for (const [who, perm] of [
      [ann, 'write'],
      [bob, 'read'],
    ] as const) {
      const [{ token, ...rest }] = (await tokens(who, doc)).tokens;
      expect(rest).toEqual({ doc, expiresAt: clock.now() + 300_000 });
      expect(await auth.tokenVerifier.verifyDocument(token)).toEqual({
        ok: true,
        value: {
          sub: who.account,
          device: who.device,
          doc,
          perm,
          scope: 'default',
          exp: (clock.now() + 300_000) / 1000,
        },
      });
    }
  });

  it('[TOK-2] one’s own account is opened, another’s is not', async () => {
    const { ann, bob, tokens } = await setUp();
    const { tokens: answers } = await tokens(ann, `account/${ann.account}`, `account/${bob.account}`);
    expect(answers[0].token).toEqual(expect.any(String));
    expect(answers[1]).toEqual({ doc: `account/${bob.account}`, error: 'not-member' });
  });

  it('[CNV-6] a conversation one is not in and one that is not there are refused alike, in order, beside others', async () => {
    const { ann, eve, conversation, tokens } = await setUp();
    const [foreign, none] = [`conversation/${conversation}`, `conversation/${newId()}`];
    const { tokens: answers } = await tokens(eve, foreign, none, `account/${eve.account}`);
    expect(answers.slice(0, 2)).toEqual([
      { doc: foreign, error: 'not-member' },
      { doc: none, error: 'not-member' },
    ]);
    expect(answers[2].token).toEqual(expect.any(String));
    expect((await tokens(ann, foreign)).tokens[0].token).toEqual(expect.any(String));
  });

  it.each([
    '',
    'conversation',
    'conversation/x',
    'nothing/AAAAAAAAAAAAAAAAAAAAAA',
    'conversation/AAAAAAAAAAAAAAAAAAAAAA/1',
    'conversation/AAAAAAAAAAAAAAAAAAAAAA\0x',
  ])('[TOK-2] %j is no document', async (doc) => {
    const { ann, tokens } = await setUp();
    expect((await tokens(ann, doc)).tokens).toEqual([{ doc, error: 'document-unknown' }]);
  });

  it('[TOK-2] at most fifty are asked for at once', async () => {
    const { ann, tokens } = await setUp();
    expect((await tokens(ann, ...Array(50).fill(`account/${ann.account}`))).tokens).toHaveLength(50);
    expect((await tokens(ann, ...Array(51).fill(`account/${ann.account}`))).code).toBe('bad-request');
    expect((await tokens(ann)).code).toBe('bad-request');
    expect((await tokens(ann, 7)).detail).toContain('documents.0');
  });

  it('[TOK-2] [LIM-3] who left gets none; a bulk scope travels along to where one may import, and nowhere else', async () => {
    const { ask, ann, bob, conversation, tokens, auth } = await setUp();
    const scopeOf = async ({ refreshToken }: { refreshToken: string }, doc: string) => {
      const bulk = (await ask('POST', '/api/session/refresh', { cookie: refreshToken, body: { bulk: true } })).body;
      const claims = await auth.tokenVerifier.verifyDocument((await tokens(bulk, doc)).tokens[0].token);
      return claims.ok ? claims.value.scope : claims.error;
    };
    expect(await scopeOf(ann, `conversation/${conversation}`)).toBe('bulk');
    expect(await scopeOf(bob, `conversation/${conversation}`)).toBe('default');
    expect(await scopeOf(ann, `account/${ann.account}`)).toBe('default');
    await ask('POST', `/api/conversations/${conversation}/leave`, { as: bob });
    expect((await tokens(bob, `conversation/${conversation}`)).tokens[0].error).toBe('not-member');
  });
});
