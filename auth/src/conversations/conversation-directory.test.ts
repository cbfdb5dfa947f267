import { LIMITS } from '@kith/schema/limits';
import { expect, it } from 'vitest';
import { createAuthHarness, newId } from '../test/auth-harness.ts';

const setUp = async () => {
  const harness = await createAuthHarness();
  const [ann, bob] = [await harness.signUp('ann'), await harness.signUp('bob')];
  const conversation = await harness.converse(ann);
  return { ...harness, ann, bob, conversation, directory: harness.auth.directory };
};

it('[MEM-1] the directory tells the newest committed members, title and versions', async () => {
  const { ann, bob, conversation, directory, invite, join } = await setUp();
  await join(bob, await invite(ann, conversation));
  const record = await directory.conversation(conversation);
  expect(record).toEqual({
    id: conversation,
    kind: 'group',
    version: 2,
    epoch: 2,
    title: expect.any(Uint8Array),
    roleByAccount: new Map([
      [ann.account, 'owner'],
      [bob.account, 'member'],
    ]),
  });
  expect(await directory.conversation(newId())).toBeNull();
  expect(await directory.conversationsOf(bob.account)).toEqual([conversation]);
  expect(await directory.versions([conversation, newId()])).toEqual(new Map([[conversation, 2]]));
});

it('[MEM-1] the directory knows the role in every epoch, and the key of every device there ever was', async () => {
  const { ann, bob, conversation, directory, invite, join, ask, store } = await setUp();
  await join(bob, await invite(ann, conversation));
  const path = `/api/conversations/${conversation}/members/${bob.account}`;
  await ask('PUT', path, { as: ann, body: { role: 'reader', epoch: 2 } });
  await ask('DELETE', path, { as: ann, body: { epoch: 3 } });
  const roles = await Promise.all([1, 2, 3, 4, 5].map((epoch) => directory.roleIn(conversation, epoch, bob.account)));
  expect(roles).toEqual([null, 'member', 'reader', null, null]);
  const key = (await store.device(bob.device))?.signKey;
  await ask('DELETE', `/api/devices/${bob.device}`, { as: bob });
  expect(key?.length).toBe(32);
  expect(await directory.signKey(bob.account, bob.device)).toEqual(key);
  expect(await directory.signKey(ann.account, bob.device)).toBeNull();
  expect(await directory.signKey(bob.account, newId())).toBeNull();
});

it('[MEM-1] every change is told after it is committed, with who is out', async () => {
  const { ann, bob, conversation, directory, invite, join, ask, changed } = await setUp();
  const committed: (boolean | undefined)[] = [];
  const asked: Promise<unknown>[] = [];
  directory.onConversationChanged((record) => {
    asked.push(directory.conversation(record.id).then((now) => committed.push(now?.version === record.version)));
  });
  await join(bob, await invite(ann, conversation));
  const path = `/api/conversations/${conversation}`;
  await ask('PUT', `${path}/members/${bob.account}`, { as: ann, body: { role: 'reader', epoch: 2 } });
  await ask('DELETE', `${path}/members/${bob.account}`, { as: ann, body: { epoch: 3 } });
  await ask('POST', `${path}/leave`, { as: ann });
  await Promise.all(asked);
  expect(committed).toEqual([true, true, true, true]);
  expect(changed.map(({ record, removed }) => [record.version, record.epoch, removed])).toEqual([
    [1, 1, []],
    [2, 2, []],
    [3, 3, []],
    [4, 4, [bob.account]],
    [5, 5, [ann.account]],
  ]);
  expect(changed[2]?.record.roleByAccount.get(bob.account)).toBe('reader');
  expect(changed[3]?.record.roleByAccount.has(bob.account)).toBe(false);
});

it('[MEM-1] a listener that fails harms neither the change nor others; one that left hears nothing', async () => {
  const { ann, directory, converse, logged } = await setUp();
  const heard: string[] = [];
  directory.onConversationChanged(() => {
    throw new Error('broken listener');
  });
  const stop = directory.onConversationChanged(({ id }) => heard.push(id));
  const id = await converse(ann);
  stop();
  stop();
  await converse(ann);
  expect(heard).toEqual([id]);
  expect(logged.filter(({ level }) => level === 'error')).toHaveLength(2);
});

it('[SES-4] [SES-8] the directory knows the one session of a device, and that it has none', async () => {
  const { ann, bob, directory, ask, clock } = await setUp();
  const before = await directory.session(ann.device);
  expect(before).not.toBeNull();
  expect(await directory.session(newId())).toBeNull();
  await ask('POST', '/api/session/refresh', { cookie: ann.refreshToken });
  clock.advance(LIMITS.refreshGraceMs + 1);
  expect(await directory.session(ann.device)).toBe(before);
  await ask('POST', '/api/session/refresh', { cookie: ann.refreshToken });
  const after = await directory.session(ann.device);
  expect([null, before]).not.toContain(after);
  await ask('DELETE', '/api/session', { as: bob });
  expect(await directory.session(bob.device)).toBeNull();
});
