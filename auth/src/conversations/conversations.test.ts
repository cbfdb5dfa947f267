import { bytesToBase64Url } from '@kith/schema/base64url';
import { LIMITS } from '@kith/schema/limits';
import { encodeOpaqueText } from '@kith/schema/opaque';
import { describe, expect, it } from 'vitest';
import { createSqliteAccountStore } from '../index.ts';
import { createAuthHarness, newId, type Person, TITLE } from '../test/auth-harness.ts';

const setUp = async () => {
  const harness = await createAuthHarness({ store: createSqliteAccountStore({ path: ':memory:' }) });
  const [ann, bob, eve] = [await harness.signUp('ann'), await harness.signUp('bob'), await harness.signUp('eve')];
  const conversation = await harness.converse(ann);
  await harness.join(bob, await harness.invite(ann, conversation));
  const path = `/api/conversations/${conversation}`;
  const setRole = (as: Person, who: Person, role: string, epoch: number) =>
    harness.ask('PUT', `${path}/members/${who.account}`, { as, body: { role, epoch } });
  const remove = (as: Person, who: Person, epoch: number) =>
    harness.ask('DELETE', `${path}/members/${who.account}`, { as, body: { epoch } });
  const leave = (as: Person) => harness.ask('POST', `${path}/leave`, { as });
  const create = (as: Person, more: object) =>
    harness.ask('POST', '/api/conversations', { as, body: { id: newId(), kind: 'group', title: TITLE, ...more } });
  return { ...harness, ann, bob, eve, conversation, path, setRole, remove, leave, create };
};

const code = ({ body, status }: { body: { code?: string } | null; status: number }) => body?.code ?? status;

describe('conversations', () => {
  it('[CNV-1] made again it is the same one; to others its id is taken, whatever they send', async () => {
    const { create, ann, bob, clock, changed, conversation } = await setUp();
    const id = newId();
    const first = await create(ann, { id });
    expect(first.body).toEqual({
      id,
      kind: 'group',
      title: TITLE,
      version: 1,
      epoch: 1,
      role: 'owner',
      members: 1,
      createdAt: clock.now(),
    });
    const news = changed.length;
    clock.advance(5);
    expect((await create(ann, { id, title: bytesToBase64Url(encodeOpaqueText('Other')) })).body).toEqual(first.body);
    expect(changed).toHaveLength(news);
    expect(code(await create(bob, { id }))).toBe('conversation-exists');
    expect(code(await create(bob, { id: conversation }))).toBe('conversation-exists');
    const both = await Promise.all([1, 2].map(() => create(ann, { id: newId() })));
    expect(both.map(code)).toEqual([200, 200]);
  });

  it('[CNV-1] two who make the same id at once: one has it', async () => {
    const { create, ann, bob } = await setUp();
    const id = newId();
    const answers = await Promise.all([create(ann, { id }), create(ann, { id }), create(bob, { id })]);
    expect(answers.map(code)).toEqual([200, 200, 'conversation-exists']);
  });

  it('[CNV-6] lists what one is in, with role, and nothing else', async () => {
    const { ask, ann, bob, eve, conversation, create } = await setUp();
    const other = await create(ann, { kind: 'self' });
    const ids = async (as: Person) =>
      (await ask('GET', '/api/conversations', { as })).body.conversations.map((one: { id: string; role: string }) => [
        one.id,
        one.role,
      ]);
    expect(await ids(ann)).toEqual([
      [conversation, 'owner'],
      [other.body.id, 'owner'],
    ]);
    expect(await ids(bob)).toEqual([[conversation, 'member']]);
    expect(await ids(eve)).toEqual([]);
  });

  it('[CNV-6] to a stranger every verb answers as for a conversation that never was', async () => {
    const { ask, eve, bob, conversation } = await setUp();
    const verbs: [string, string, unknown?][] = [
      ['GET', ''],
      ['PATCH', '', { title: TITLE }],
      ['GET', '/members'],
      ['PUT', `/members/${bob.account}`, { role: 'reader', epoch: 2 }],
      ['DELETE', `/members/${bob.account}`, { epoch: 2 }],
      ['POST', '/leave'],
      ['GET', '/invites'],
      ['DELETE', `/invites/${newId()}`],
    ];
    for (const [method, rest, body] of verbs) {
      const at = (id: string) =>
        ask(method, `/api/conversations/${id}${rest}`, { as: eve, ...(body === undefined ? {} : { body }) });
      const [foreign, none] = [await at(conversation), await at(newId())];
      expect([method, rest, foreign.status, foreign.body]).toEqual([method, rest, none.status, none.body]);
      expect(foreign.status).toBe(rest === '/leave' ? 204 : 404);
    }
  });

  it('[CNV-2] renaming raises the version and not the epoch; only whom the table lets', async () => {
    const { ask, ann, bob, path, conversation, changed } = await setUp();
    const title = bytesToBase64Url(encodeOpaqueText('New'));
    const renamed = await ask('PATCH', path, { as: ann, body: { title } });
    expect(renamed.body).toMatchObject({ title, version: 3, epoch: 2 });
    expect(changed.at(-1)).toMatchObject({ record: { id: conversation, version: 3, epoch: 2 }, removed: [] });
    expect(code(await ask('PATCH', path, { as: bob, body: { title } }))).toBe('forbidden');
    expect((await ask('GET', path, { as: bob })).body).toMatchObject({ title, version: 3, role: 'member', members: 2 });
  });

  it('[CNV-2] members are listed with names, roles and the keys of their devices', async () => {
    const { ask, ann, bob, path, clock } = await setUp();
    const { body } = await ask('GET', `${path}/members`, { as: bob });
    expect(body.epoch).toBe(2);
    expect(body.members).toMatchObject([
      { account: ann.account, handle: 'ann', name: 'ann', role: 'owner', joinedAt: clock.now() },
      { account: bob.account, handle: 'bob', role: 'member', devices: [{ device: bob.device, name: 'Laptop' }] },
    ]);
    expect(body.members[1].devices[0].signKey).toHaveLength(43);
  });

  it('[CNV-2] who left is listed apart, so that what they wrote can be checked and named', async () => {
    const { ask, ann, bob, leave, conversation } = await setUp();
    expect((await ask('GET', `/api/conversations/${conversation}/members`, { as: ann })).body.former).toEqual([]);
    await leave(bob);
    const { body } = await ask('GET', `/api/conversations/${conversation}/members`, { as: ann });
    expect(body.members.map(({ account }: { account: string }) => account)).toEqual([ann.account]);
    expect(body.former).toMatchObject([{ account: bob.account, handle: 'bob', devices: [{ device: bob.device }] }]);
    expect(body.former[0].devices[0].signKey).toHaveLength(43);
    expect((await ask('GET', `/api/conversations/${conversation}/members`, { as: bob })).status).toBe(404);
  });

  it('[CNV-2] a change of role is an epoch, made on the newest only; of two at once one is', async () => {
    const { ann, bob, setRole, store, conversation, clock } = await setUp();
    expect(code(await setRole(ann, bob, 'admin', 1))).toBe('epoch-conflict');
    expect(code(await setRole(ann, bob, 'admin', 3))).toBe('epoch-conflict');
    const answers = await Promise.all([setRole(ann, bob, 'admin', 2), setRole(ann, bob, 'reader', 2)]);
    expect(answers.map(code)).toEqual([200, 'epoch-conflict']);
    expect(answers[0]?.body).toEqual({ epoch: 3 });
    const epochs = await store.epochs(conversation);
    expect(epochs.map(({ number, reason, by }) => [number, reason, by])).toEqual([
      [1, 'created', ann.account],
      [2, 'joined', bob.account],
      [3, 'role-changed', ann.account],
    ]);
    expect(epochs[2]).toEqual({
      conversation,
      number: 3,
      key: null,
      reason: 'role-changed',
      by: ann.account,
      at: clock.now(),
      members: [
        { account: ann.account, role: 'owner', chainSeq: 0 },
        { account: bob.account, role: 'admin', chainSeq: 0 },
      ],
    });
  });

  it('[CNV-7] a change that was made answers as made, on whatever epoch it is asked again', async () => {
    const { ann, bob, eve, setRole, remove, leave } = await setUp();
    expect((await setRole(ann, bob, 'admin', 2)).body).toEqual({ epoch: 3 });
    expect((await setRole(ann, bob, 'admin', 2)).body).toEqual({ epoch: 3 });
    expect((await remove(ann, bob, 3)).body).toEqual({ epoch: 4 });
    expect((await remove(ann, bob, 3)).body).toEqual({ epoch: 4 });
    for (const who of [bob, eve]) expect(code(await leave(who))).toBe(204);
  });

  it('[CNV-3] members change nobody, admins no owner', async () => {
    const { ann, bob, eve, setRole, remove, invite, join, conversation } = await setUp();
    await join(eve, await invite(ann, conversation));
    expect(code(await setRole(bob, eve, 'reader', 3))).toBe('forbidden');
    expect(code(await remove(bob, eve, 3))).toBe('forbidden');
    await setRole(ann, bob, 'admin', 3);
    expect(code(await setRole(bob, eve, 'owner', 4))).toBe('forbidden');
    expect(code(await setRole(bob, bob, 'owner', 4))).toBe('forbidden');
    expect(code(await remove(bob, ann, 4))).toBe('forbidden');
    expect(code(await remove(bob, eve, 4))).toBe(200);
    expect(code(await setRole(ann, eve, 'member', 5))).toBe('not-found');
  });

  it('[CNV-4] the last owner leaves only when alone; then the conversation has ended and its id is taken', async () => {
    const { ask, ann, bob, leave, setRole, create, conversation, path, auth } = await setUp();
    expect(code(await leave(ann))).toBe('last-owner');
    expect(code(await setRole(ann, ann, 'member', 2))).toBe('last-owner');
    expect(code(await leave(bob))).toBe(204);
    expect(code(await leave(ann))).toBe(204);
    expect(code(await ask('GET', path, { as: ann }))).toBe('not-found');
    expect(code(await create(ann, { id: conversation }))).toBe('conversation-exists');
    expect((await auth.directory.conversation(conversation))?.roleByAccount.size).toBe(0);
  });

  it('[CNV-4] an owner may leave after making another', async () => {
    const { ann, bob, leave, setRole, ask, path } = await setUp();
    expect(code(await setRole(ann, bob, 'owner', 2))).toBe(200);
    expect(code(await leave(ann))).toBe(204);
    expect((await ask('GET', path, { as: bob })).body).toMatchObject({ role: 'owner', members: 1, epoch: 4 });
  });

  it('[CNV-4] two owners who leave at once do not leave a member without one', async () => {
    const { ann, bob, eve, leave, setRole, invite, join, conversation, store } = await setUp();
    await setRole(ann, bob, 'owner', 2);
    await join(eve, await invite(ann, conversation));
    const answers = await Promise.all([leave(ann), leave(bob)]);
    expect(answers.map(code)).toEqual([204, 'last-owner']);
    expect((await store.conversation(conversation))?.members.map(({ role }) => role)).toEqual(['owner', 'member']);
  });

  it('[CNV-2] many who leave at once all leave, an epoch each', async () => {
    const { ann, signUp, invite, join, leave, conversation, store } = await setUp();
    const link = await invite(ann, conversation, { maxUses: 20 });
    const crowd = await Promise.all(Array.from({ length: 20 }, (_, i) => signUp(`person${i}`)));
    expect((await Promise.all(crowd.map((one) => join(one, link)))).map(code)).toEqual(Array(20).fill(200));
    expect((await Promise.all(crowd.map(leave))).map(code)).toEqual(Array(20).fill(204));
    expect((await store.conversation(conversation))?.members).toHaveLength(2);
    expect((await store.epochs(conversation)).map(({ number }) => number)).toEqual(
      Array.from({ length: 42 }, (_, i) => i + 1),
    );
  });

  it('[CNV-5] a note to self takes no invitations', async () => {
    const { ask, ann, create } = await setUp();
    const { body } = await create(ann, { kind: 'self' });
    const asked = { id: newId(), proofHash: 'A'.repeat(43), role: 'member', expiresInSeconds: 60, maxUses: 1 };
    const refused = await ask('POST', `/api/conversations/${body.id}/invites`, { as: ann, body: asked });
    expect(code(refused)).toBe('forbidden');
  });

  it('[CNV-5] nobody is in more conversations than the limit', async () => {
    const { ann, create, store, bob, invite, join, conversation, eve } = await setUp();
    const full = new Array(LIMITS.conversationsPerAccount).fill(conversation);
    const kept = store.conversationIdsOf;
    Object.assign(store, { conversationIdsOf: async () => full });
    expect(code(await create(ann, {}))).toBe('conversation-limit');
    expect(code(await join(eve, await invite(ann, conversation)))).toBe('conversation-limit');
    expect(code(await join(bob, await invite(ann, conversation)))).toBe(200);
    Object.assign(store, { conversationIdsOf: kept });
  });

  it('[LIM-3] an account makes so many conversations in a day; the answer says when the next; others make theirs', async () => {
    const { ask, create, ann, bob, clock } = await setUp();
    const ids = Array.from({ length: 200 }, newId);
    const codes: unknown[] = [];
    for (const id of ids) codes.push(code(await create(ann, { id })));
    expect(codes).toEqual([...Array(199).fill(200), 'rate-limited']); // the first is that of the set-up
    const body = { id: ids.at(-1), kind: 'group', title: TITLE };
    const refused = await ask('POST', '/api/conversations', { as: ann, body });
    const retryAfterMs = 86_400_000 / 200;
    expect(refused.body).toMatchObject({ code: 'rate-limited', limit: 'conversations', retryAfterMs });
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, String(retryAfterMs / 1_000)]);
    expect(code(await create(ann, { id: ids[0] }))).toBe(200);
    expect(code(await create(bob, {}))).toBe(200);
    clock.advance(retryAfterMs);
    expect(code(await ask('POST', '/api/conversations', { as: ann, body }))).toBe(200);
  });

  it.each([
    [{ id: 'short' }, 'id'],
    [{ kind: 'channel' }, 'kind'],
    [{ title: '' }, 'title'],
    [{ title: '!' }, 'title'],
    [{ title: 'A'.repeat(1_400) }, 'title'],
    [{ title: null }, 'title'],
  ])('[EDGE-2] %j names the field that does not fit', async (more, field) => {
    const { create, ann } = await setUp();
    const refused = await create(ann, more);
    expect([refused.status, refused.body.code]).toEqual([400, 'bad-request']);
    expect(refused.body.detail).toMatch(new RegExp(`^${field}: `));
  });
});
