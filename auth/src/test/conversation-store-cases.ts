/** The part of the account store's suite about conversations and invitations. */
import type { ConversationId, InviteId } from '@kith/schema/ids';
import { expect, it } from 'vitest';
import type { AccountStore } from '../storage/account-store.ts';
import {
  bytes,
  newConversationRow,
  newDeviceRow,
  newInviteRow,
  newSessionRow,
  newSignUp,
  nextEpoch,
} from './account-fixtures.ts';
import { newId } from './auth-harness.ts';
import { START_MS } from './fixed-clock.ts';

export const conversationCases = (store: () => AccountStore, crowd: number): void => {
  const setUp = async () => {
    const [ann, bob, eve] = [newSignUp('ann'), newSignUp('bob'), newSignUp('eve')];
    for (const one of [ann, bob, eve]) await store().createAccount(one);
    const made = newConversationRow(ann.account.id);
    await store().createConversation(made.conversation, made.epoch);
    return { ...made, ann: ann.account.id, bob: bob.account.id, eve: eve.account.id, bobsDevice: bob.device };
  };

  it('[AST-1] keeps a conversation with its members and first epoch; its id is taken then', async () => {
    const { conversation, epoch, bob } = await setUp();
    expect(await store().conversation(conversation.id)).toEqual(conversation);
    expect(await store().epochs(conversation.id)).toEqual([epoch]);
    const other = { ...newConversationRow(bob).conversation, id: conversation.id };
    const refused = await store().createConversation(other, { ...epoch, by: bob });
    expect(refused).toEqual({ ok: false, error: { type: 'conversation-exists' } });
    expect(await store().conversation(conversation.id)).toEqual(conversation);
    expect(await store().epochs(conversation.id)).toEqual([epoch]);
  });

  it('[AST-2] of epochs made on the same one, one is appended', async () => {
    const { conversation, epoch, bob, eve } = await setUp();
    const [one, two] = [nextEpoch(conversation, 1, [bob]), nextEpoch(conversation, 1, [eve])];
    const results = await Promise.all([store().appendEpoch(one), store().appendEpoch(two)]);
    expect(results).toContainEqual({ ok: true, value: 2 });
    expect(results).toContainEqual({ ok: false, error: { type: 'epoch-conflict' } });
    const won = results[0]?.ok ? one : two;
    const after = await store().conversation(conversation.id);
    expect(after).toEqual({ ...conversation, version: 2, epoch: 2, members: won.members });
    expect(await store().epochs(conversation.id)).toEqual([epoch, won.epoch]);
    expect(await store().epoch(conversation.id, 2)).toEqual(won.epoch);
    expect(await store().epoch(conversation.id, 3)).toBeNull();
    expect(await store().epoch(newId<ConversationId>(), 1)).toBeNull();
  });

  it('[AST-2] refuses epochs that leave a gap, repeat one or belong to nothing', async () => {
    const { conversation, bob } = await setUp();
    const nowhere = { ...conversation, id: newId<ConversationId>() };
    for (const append of [
      nextEpoch(conversation, 2, [bob]),
      nextEpoch(conversation, 0, [bob]),
      nextEpoch(nowhere, 1, []),
    ]) {
      expect(await store().appendEpoch(append)).toEqual({ ok: false, error: { type: 'epoch-conflict' } });
    }
    expect(await store().conversation(conversation.id)).toEqual(conversation);
    expect(await store().epochs(nowhere.id)).toEqual([]);
  });

  it('[AST-1] members are replaced: who is out is out, roles change, order of joining stays', async () => {
    const { conversation, ann, bob, eve } = await setUp();
    await store().appendEpoch(nextEpoch(conversation, 1, [bob, eve]));
    const members = [
      { account: ann, role: 'admin', joinedAt: START_MS },
      { account: eve, role: 'owner', joinedAt: START_MS + 1 },
    ] as const;
    const { epoch } = nextEpoch(conversation, 2, []);
    await store().appendEpoch({ epoch: { ...epoch, members: [] }, members, invite: null });
    expect((await store().conversation(conversation.id))?.members).toEqual(members);
    expect(await store().conversationIdsOf(bob)).toEqual([]);
    expect(await store().conversationIdsOf(eve)).toEqual([conversation.id]);
    const back = [...members, { account: bob, role: 'reader', joinedAt: START_MS + 3 }] as const;
    await store().appendEpoch({ epoch: nextEpoch(conversation, 3, []).epoch, members: back, invite: null });
    expect((await store().conversation(conversation.id))?.members).toEqual(back);
  });

  it('[AST-1] lists conversations of a member oldest first, with role and number of members', async () => {
    const { conversation, ann, bob } = await setUp();
    const older = newConversationRow(ann, START_MS - 5);
    await store().createConversation(older.conversation, older.epoch);
    await store().appendEpoch(nextEpoch(conversation, 1, [bob]));
    const { members: _, ...rest } = conversation;
    expect(await store().conversationsOf(bob)).toEqual([
      { ...rest, version: 2, epoch: 2, role: 'member', memberCount: 2 },
    ]);
    const own = await store().conversationsOf(ann);
    expect(own.map(({ id, role, memberCount }) => [id, role, memberCount])).toEqual([
      [older.conversation.id, 'owner', 1],
      [conversation.id, 'owner', 2],
    ]);
  });

  it('[AST-1] a conversation without members is nobody’s, and its id stays taken', async () => {
    const { conversation, ann } = await setUp();
    const { epoch } = nextEpoch(conversation, 1, []);
    await store().appendEpoch({ epoch: { ...epoch, members: [], reason: 'left' }, members: [], invite: null });
    expect((await store().conversation(conversation.id))?.members).toEqual([]);
    expect(await store().conversationsOf(ann)).toEqual([]);
    const again = await store().createConversation(conversation, epoch);
    expect(again.ok).toBe(false);
  });

  it('[AST-1] a title raises the version and not the epoch', async () => {
    const { conversation } = await setUp();
    expect(await store().setTitle(conversation.id, bytes(9, 3))).toBe(2);
    expect(await store().setTitle(newId(), bytes(9, 3))).toBeNull();
    expect(await store().conversation(conversation.id)).toEqual({ ...conversation, title: bytes(9, 3), version: 2 });
    expect(await store().versions([conversation.id, newId()])).toEqual(new Map([[conversation.id, 2]]));
  });

  it('[AST-1] profiles of members carry all devices they ever had', async () => {
    const { conversation, ann, bob, bobsDevice } = await setUp();
    await store().appendEpoch(nextEpoch(conversation, 1, [bob]));
    await store().revokeDevice(bob, bobsDevice.id, START_MS + 1);
    const second = newDeviceRow(bob, { createdAt: START_MS + 2 });
    await store().startSession({ device: second, session: newSessionRow(second) });
    const profiles = await store().memberProfiles(conversation.id);
    expect(profiles.map(({ account, handle, name, role }) => [account, handle, name, role])).toEqual([
      [ann, 'ann', 'Name of ann', 'owner'],
      [bob, 'bob', 'Name of bob', 'member'],
    ]);
    expect(profiles[1]?.devices).toEqual([{ ...bobsDevice, revokedAt: START_MS + 1 }, second]);
    expect(await store().memberProfiles(newId())).toEqual([]);
  });

  it('[AST-1] profiles of former members stay, with the last time that they left, until they come back', async () => {
    const { conversation, bob, eve, bobsDevice } = await setUp();
    await store().appendEpoch(nextEpoch(conversation, 1, [bob, eve]));
    await store().appendEpoch(nextEpoch(conversation, 2, [eve]));
    await store().appendEpoch(nextEpoch(conversation, 3, [eve, bob]));
    await store().appendEpoch(nextEpoch(conversation, 4, [bob]));
    await store().appendEpoch(nextEpoch(conversation, 5, []));
    expect(await store().formerMemberProfiles(conversation.id)).toMatchObject([
      { account: eve, handle: 'eve', leftAt: START_MS + 4 },
      { account: bob, handle: 'bob', name: 'Name of bob', leftAt: START_MS + 5, devices: [bobsDevice] },
    ]);
    await store().appendEpoch(nextEpoch(conversation, 6, [bob]));
    expect((await store().formerMemberProfiles(conversation.id)).map(({ account }) => account)).toEqual([eve]);
    expect(await store().formerMemberProfiles(newId())).toEqual([]);
  });

  it('[AST-1] keeps a conversation of a crowd through many epochs', async () => {
    const { conversation } = await setUp();
    const people = Array.from({ length: crowd - 1 }, (_, i) => newSignUp(`person${i}`));
    for (const person of people) await store().createAccount(person);
    const accounts = people.map(({ account }) => account.id);
    expect((await store().appendEpoch(nextEpoch(conversation, 1, accounts))).ok).toBe(true);
    expect((await store().appendEpoch(nextEpoch(conversation, 2, accounts.slice(1)))).ok).toBe(true);
    expect((await store().conversation(conversation.id))?.members).toHaveLength(crowd - 1);
    expect((await store().epochs(conversation.id)).map(({ members }) => members.length)).toEqual([1, crowd, crowd - 1]);
  });
};

export const inviteCases = (store: () => AccountStore): void => {
  const setUp = async () => {
    const people = ['ann', 'bob', 'eve', 'dan'].map((handle) => newSignUp(handle));
    for (const one of people) await store().createAccount(one);
    const [ann, bob, eve, dan] = people.map(({ account }) => account.id) as [never, never, never, never];
    const { conversation, epoch } = newConversationRow(ann);
    await store().createConversation(conversation, epoch);
    return { conversation, ann, bob, eve, dan };
  };

  it('[AST-1] keeps invitations by unique id, oldest first', async () => {
    const { conversation } = await setUp();
    const [one, two] = [newInviteRow(conversation, { createdAt: START_MS + 1 }), newInviteRow(conversation)];
    expect(await store().createInvite(one)).toBe(true);
    expect(await store().createInvite(two)).toBe(true);
    expect(await store().createInvite({ ...two, maxUses: 99 })).toBe(false);
    expect(await store().invite(one.id)).toEqual(one);
    expect(await store().invite(newId())).toBeNull();
    expect(await store().invitesOf(conversation.id)).toEqual([two, one]);
    expect(await store().invitesOf(newId())).toEqual([]);
  });

  it('[AST-2] counts a use with the epoch it made, never more than allowed', async () => {
    const { conversation, bob, eve, dan } = await setUp();
    const invite = newInviteRow(conversation);
    await store().createInvite(invite);
    expect(await store().appendEpoch(nextEpoch(conversation, 1, [bob], invite.id))).toEqual({ ok: true, value: 2 });
    // lost the race: nothing is counted
    expect((await store().appendEpoch(nextEpoch(conversation, 1, [eve], invite.id))).ok).toBe(false);
    expect((await store().invite(invite.id))?.uses).toBe(1);
    expect((await store().appendEpoch(nextEpoch(conversation, 2, [bob, eve], invite.id))).ok).toBe(true);
    const tooMany = await store().appendEpoch(nextEpoch(conversation, 3, [bob, eve, dan], invite.id));
    expect(tooMany).toEqual({ ok: false, error: { type: 'invite-used-up' } });
    expect((await store().conversation(conversation.id))?.epoch).toBe(3);
    expect(await store().epochs(conversation.id)).toHaveLength(3);
  });

  it('[AST-1] a withdrawn or unknown invitation brings nobody in', async () => {
    const { conversation, bob } = await setUp();
    const invite = newInviteRow(conversation);
    await store().createInvite(invite);
    expect(await store().revokeInvite(newId(), invite.id, START_MS + 1)).toBe(false);
    expect(await store().revokeInvite(conversation.id, newId(), START_MS + 1)).toBe(false);
    expect(await store().revokeInvite(conversation.id, invite.id, START_MS + 1)).toBe(true);
    expect(await store().revokeInvite(conversation.id, invite.id, START_MS + 2)).toBe(true);
    expect(await store().invite(invite.id)).toEqual({ ...invite, revokedAt: START_MS + 1 });
    for (const id of [invite.id, newId<InviteId>()]) {
      const refused = await store().appendEpoch(nextEpoch(conversation, 1, [bob], id));
      expect(refused).toEqual({ ok: false, error: { type: 'invite-revoked' } });
    }
    expect(await store().conversation(conversation.id)).toEqual(conversation);
  });

  it('[AST-1] an invitation into one conversation brings nobody into another', async () => {
    const { conversation, ann, bob } = await setUp();
    const other = newConversationRow(ann);
    await store().createConversation(other.conversation, other.epoch);
    const invite = newInviteRow(other.conversation);
    await store().createInvite(invite);
    expect(await store().appendEpoch(nextEpoch(conversation, 1, [bob], invite.id))).toEqual({
      ok: false,
      error: { type: 'invite-revoked' },
    });
    expect(await store().invitesOf(conversation.id)).toEqual([]);
    expect(await store().invite(invite.id)).toEqual(invite);
    expect(await store().conversationIdsOf(bob)).toEqual([]);
  });
};
