import { type AccountId, type ConversationId, createId } from '@kith/schema/ids';
import { beforeEach, expect, test } from 'vitest';
import { testRandom } from '../test/events.ts';
import { createManualTimers, type ManualTimers } from '../test/manual-timers.ts';
import { createTestDirectory, type TestDirectory } from '../test/test-directory.ts';
import { createMembership, type Membership, type MembershipChange, POLL_MS } from './membership.ts';

const id = createId<ConversationId>(testRandom);
const [alice, bob] = [createId<AccountId>(testRandom), createId<AccountId>(testRandom)];

let directory: TestDirectory;
let timers: ManualTimers;
let membership: Membership;
let changes: MembershipChange[];
let inUse: Set<ConversationId>;
let warnings: string[];

beforeEach(() => {
  directory = createTestDirectory();
  directory.create(id, { [alice]: 'owner', [bob]: 'member' });
  timers = createManualTimers();
  [changes, inUse, warnings] = [[], new Set([id]), []];
  membership = createMembership({
    directory,
    timers,
    log: { info: () => {}, warn: (message) => void warnings.push(message), error: () => {} },
    isInUse: (conversation) => inUse.has(conversation),
    onChange: (change) => void changes.push(change),
  });
});
const turn = () => new Promise((resolve) => setImmediate(resolve));
const poll = async () => {
  timers.advance(POLL_MS);
  await turn();
};

test('[SYN-3] roles come from the cache once it was asked, and follow each change at once', async () => {
  expect(membership.role(id, bob)).toBeNull();
  await membership.get(id);
  expect(membership.role(id, bob)).toBe('member');
  directory.setRole(id, bob, 'reader');
  expect(membership.role(id, bob)).toBe('reader');
  directory.setRole(id, bob, null);
  expect(membership.role(id, bob)).toBeNull();
  expect(changes.map(({ removed }) => removed)).toEqual([[], [bob]]);
});

test('[SYN-4] a change that got lost is found by comparing versions', async () => {
  await membership.get(id);
  directory.losesChanges = true;
  directory.setRole(id, bob, null);
  expect(membership.role(id, bob)).toBe('member');
  await poll();
  expect(membership.role(id, bob)).toBeNull();
  expect(changes).toMatchObject([{ conversation: id, removed: [bob] }]);
  await poll();
  expect(changes).toHaveLength(1);
});

test('[SYN-4] an older record does not overwrite a newer one', async () => {
  const old = await membership.get(id);
  directory.setRole(id, bob, null);
  const question = directory.conversation;
  directory.conversation = async () => old;
  await poll();
  directory.conversation = question;
  expect(membership.role(id, bob)).toBeNull();
});

test('[SYN-3] what nobody uses is forgotten, and asked for anew', async () => {
  await membership.get(id);
  inUse.clear();
  await poll();
  expect(membership.peek(id)).not.toBeNull();
  await poll();
  await poll();
  directory.losesChanges = true;
  directory.setRole(id, bob, 'admin');
  expect((await membership.get(id))?.roleByAccount.get(bob)).toBe('admin');
});

test('[SYN-4] a directory that is down changes nothing and is said', async () => {
  await membership.get(id);
  directory.isDown = true;
  await poll();
  expect([membership.role(id, bob), warnings.length]).toEqual(['member', 1]);
});

test('[SYN-3] there is nothing to be in where there is no conversation', async () => {
  const other = createId<ConversationId>(testRandom);
  expect(await membership.get(other)).toBeNull();
  expect(membership.role(other, alice)).toBeNull();
  membership.close();
  expect(timers.pending).toBe(0);
});
