import { bytesToBase64Url } from '@kith/schema/base64url';
import { describe, expect, it } from 'vitest';
import { createAuthHarness, newId, type Person, TITLE } from '../test/auth-harness.ts';

const WRONG = bytesToBase64Url(new Uint8Array(32).fill(7));

const setUp = async () => {
  const harness = await createAuthHarness();
  const [ann, bob, eve] = [await harness.signUp('ann'), await harness.signUp('bob'), await harness.signUp('eve')];
  const conversation = await harness.converse(ann);
  const path = `/api/conversations/${conversation}`;
  const preview = (id: string, proof: string) => harness.ask('POST', `/api/invites/${id}/preview`, { body: { proof } });
  const setRole = async (who: Person, role: string) => {
    const { epoch } = (await harness.ask('GET', path, { as: ann })).body;
    return harness.ask('PUT', `${path}/members/${who.account}`, { as: ann, body: { role, epoch } });
  };
  return { ...harness, ann, bob, eve, conversation, path, preview, setRole };
};

const code = ({ body, status }: { body: { code?: string } | null; status: number }) => body?.code ?? status;

describe('invitations', () => {
  it('[INV-1] whoever has the link sees what it leads to, without an account, and joins with one', async () => {
    const { ann, bob, conversation, invite, join, preview } = await setUp();
    const link = await invite(ann, conversation, { role: 'reader' });
    expect((await preview(link.id, link.proof)).body).toEqual({
      conversation,
      title: TITLE,
      kind: 'group',
      members: 1,
      invitedBy: 'ann',
      role: 'reader',
    });
    expect((await join(bob, link)).body).toMatchObject({ id: conversation, role: 'reader', members: 2, epoch: 2 });
  });

  it('[INV-1] a wrong proof and an unknown invitation answer alike, whatever has become of it', async () => {
    const { ann, bob, conversation, invite, join, preview, ask, path } = await setUp();
    const link = await invite(ann, conversation, { maxUses: 1 });
    const answers = async () => [
      (await preview(link.id, WRONG)).body,
      (await preview(newId(), link.proof)).body,
      (await join(bob, { id: link.id, proof: WRONG })).body,
      (await join(bob, { id: newId(), proof: link.proof })).body,
    ];
    const expected = Array(4).fill({ code: 'invite-invalid', message: expect.any(String) });
    expect(await answers()).toEqual(expected);
    await ask('DELETE', `${path}/invites/${link.id}`, { as: ann });
    expect(await answers()).toEqual(expected);
  });

  it('[INV-1] the store has only the hash of the proof', async () => {
    const { ann, conversation, invite, store } = await setUp();
    const { id, proof } = await invite(ann, conversation);
    const kept = await store.invite(id);
    expect(bytesToBase64Url(kept?.proofHash ?? new Uint8Array(0))).not.toBe(proof);
    expect(JSON.stringify(kept)).not.toContain(proof);
  });

  it('[INV-2] it ends by time, to the millisecond', async () => {
    const { ann, bob, conversation, invite, join, preview, clock } = await setUp();
    const link = await invite(ann, conversation, { expiresInSeconds: 60 });
    clock.advance(59_999);
    expect((await preview(link.id, link.proof)).status).toBe(200);
    clock.advance(1);
    for (const refused of [await preview(link.id, link.proof), await join(bob, link)]) {
      expect([refused.status, refused.body.code]).toEqual([410, 'invite-expired']);
    }
  });

  it('[INV-3] as many come in as it allows, also when more ask at once', async () => {
    const { ann, conversation, invite, join, signUp, store, ask, path } = await setUp();
    const link = await invite(ann, conversation, { maxUses: 3 });
    const crowd = await Promise.all(Array.from({ length: 8 }, (_, i) => signUp(`person${i}`)));
    const answers = await Promise.all(crowd.map((one) => join(one, link)));
    expect(answers.map(code).sort()).toEqual([200, 200, 200, ...Array(5).fill('invite-used-up')]);
    expect((await store.conversation(conversation))?.members).toHaveLength(4);
    const { body } = await ask('GET', `${path}/invites`, { as: ann });
    expect(body.invites).toMatchObject([{ id: link.id, uses: 3, maxUses: 3, revoked: false }]);
  });

  it('[INV-3] who is in already gets the conversation, no use counted, whatever became of the link', async () => {
    const { ann, bob, conversation, invite, join, ask, path, store, clock } = await setUp();
    const link = await invite(ann, conversation, { maxUses: 1 });
    const first = await join(bob, link);
    expect((await join(bob, link)).body).toEqual(first.body);
    expect((await join(ann, link)).body).toMatchObject({ role: 'owner' });
    await ask('DELETE', `${path}/invites/${link.id}`, { as: ann });
    clock.advance(10 * 24 * 3_600_000);
    const { body } = await ask('POST', '/api/session/refresh', { cookie: bob.refreshToken });
    expect((await join(body, link)).body).toEqual(first.body);
    expect((await store.invite(link.id))?.uses).toBe(1);
    expect(await store.epochs(conversation)).toHaveLength(2);
  });

  it('[INV-3] one person who joins twice at once is in once', async () => {
    const { ann, bob, conversation, invite, join, store } = await setUp();
    const link = await invite(ann, conversation);
    const answers = await Promise.all([join(bob, link), join(bob, link)]);
    expect(answers.map(code)).toEqual([200, 200]);
    expect((await store.invite(link.id))?.uses).toBe(1);
    expect((await store.conversation(conversation))?.members).toHaveLength(2);
  });

  it('[INV-2] withdrawn it lets nobody in; withdrawing again is fine', async () => {
    const { ann, bob, conversation, invite, join, preview, ask, path } = await setUp();
    const link = await invite(ann, conversation);
    for (let i = 0; i < 2; i++) {
      expect(code(await ask('DELETE', `${path}/invites/${link.id}`, { as: ann }))).toBe(204);
    }
    expect(code(await ask('DELETE', `${path}/invites/${newId()}`, { as: ann }))).toBe('not-found');
    for (const refused of [await preview(link.id, link.proof), await join(bob, link)]) {
      expect([refused.status, refused.body.code]).toEqual([410, 'invite-revoked']);
    }
  });

  it('[INV-2] it is worth nothing once its maker may not invite; a removed admin does not come back by it', async () => {
    const { ann, bob, eve, conversation, invite, join, setRole, ask, path } = await setUp();
    await join(bob, await invite(ann, conversation));
    await setRole(bob, 'admin');
    const link = await invite(bob, conversation);
    await setRole(bob, 'member');
    expect(code(await join(eve, link))).toBe('invite-revoked');
    const { epoch } = (await ask('GET', path, { as: ann })).body;
    await ask('DELETE', `${path}/members/${bob.account}`, { as: ann, body: { epoch } });
    expect(code(await join(bob, link))).toBe('invite-revoked');
  });

  it('[INV-4] admins and owners make, list and withdraw them; others do not', async () => {
    const { ann, bob, conversation, invite, join, setRole, ask, path } = await setUp();
    const link = await invite(ann, conversation);
    await join(bob, link);
    const asked = { id: newId(), proofHash: WRONG, role: 'member', expiresInSeconds: 60, maxUses: 1 };
    const tryAll = async () => [
      code(await ask('POST', `${path}/invites`, { as: bob, body: asked })),
      code(await ask('GET', `${path}/invites`, { as: bob })),
      code(await ask('DELETE', `${path}/invites/${link.id}`, { as: bob })),
    ];
    expect(await tryAll()).toEqual(['forbidden', 'forbidden', 'forbidden']);
    await setRole(bob, 'admin');
    expect(await tryAll()).toEqual([200, 200, 204]);
  });

  it('[INV-4] made again it is the same; its id is taken for another', async () => {
    const { ann, conversation, converse, ask, path, clock, store } = await setUp();
    const body = { id: newId(), proofHash: WRONG, role: 'member', expiresInSeconds: 60, maxUses: 5 };
    const first = await ask('POST', `${path}/invites`, { as: ann, body });
    expect(first.body).toEqual({
      id: body.id,
      role: 'member',
      createdAt: clock.now(),
      expiresAt: clock.now() + 60_000,
      maxUses: 5,
      uses: 0,
      revoked: false,
    });
    clock.advance(10);
    expect((await ask('POST', `${path}/invites`, { as: ann, body })).body).toEqual(first.body);
    const other = await converse(ann);
    const elsewhere = await ask('POST', `/api/conversations/${other}/invites`, { as: ann, body });
    expect([elsewhere.status, elsewhere.body.detail]).toEqual([400, 'id: another invitation has it']);
    const otherProof = { ...body, proofHash: bytesToBase64Url(new Uint8Array(32).fill(8)) };
    expect((await ask('POST', `${path}/invites`, { as: ann, body: otherProof })).status).toBe(400);
    expect(await store.invitesOf(conversation)).toHaveLength(1);
  });

  it('[INV-4] fifty may be open at once', async () => {
    const { ann, conversation, invite, ask, path } = await setUp();
    const links = [];
    for (let i = 0; i < 50; i++) links.push(await invite(ann, conversation));
    await expect(invite(ann, conversation)).rejects.toThrow('invite-limit');
    await ask('DELETE', `${path}/invites/${links[0]?.id}`, { as: ann });
    await invite(ann, conversation);
  });

  it.each([
    [{ role: 'admin' }, 'role'],
    [{ role: 'owner' }, 'role'],
    [{ maxUses: 0 }, 'maxUses'],
    [{ maxUses: 1.5 }, 'maxUses'],
    [{ maxUses: 1_001 }, 'maxUses'],
    [{ expiresInSeconds: 59 }, 'expiresInSeconds'],
    [{ expiresInSeconds: 1e9 }, 'expiresInSeconds'],
    [{ proofHash: 'AAAA' }, 'proofHash'],
  ])('[INV-4] %j is refused by name', async (more, field) => {
    const { ann, conversation, invite } = await setUp();
    await expect(invite(ann, conversation, more)).rejects.toThrow(`"detail":"${field}: `);
  });

  it('[INV-5] guesses are slowed, by account and by address; the link itself is not a guess', async () => {
    const { ann, bob, eve, conversation, invite, join, preview } = await setUp();
    const link = await invite(ann, conversation);
    for (let i = 0; i < 30; i++) expect((await preview(link.id, link.proof)).status).toBe(200);
    const guesses = await Promise.all(Array.from({ length: 30 }, () => join(eve, { ...link, proof: WRONG })));
    expect(guesses.filter((one) => code(one) === 'invite-invalid')).toHaveLength(20);
    expect(guesses.filter((one) => code(one) === 'rate-limited')).toHaveLength(10);
    expect(code(await join(eve, link))).toBe('rate-limited');
    expect(code(await join(bob, link))).toBe(200);
  });
});
