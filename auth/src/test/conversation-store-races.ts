/** The part of the races about conversations and invitations. */
import type { ConversationId } from '@kith/schema/ids';
import { expect, it } from 'vitest';
import { bytes, newConversationRow, newInviteRow, newSignUp, nextEpoch } from './account-fixtures.ts';
import { newId } from './auth-harness.ts';
import { START_MS } from './fixed-clock.ts';
import { isOk, only, type Stores, together } from './race.ts';

export const conversationRaces = (stores: () => Stores): void => {
  const setUp = async () => {
    const people = ['ann', 'bob', 'eve', 'dan', 'tom'].map((handle) => newSignUp(handle));
    for (const one of people) await stores()[0].createAccount(one);
    const [ann, ...others] = people.map(({ account }) => account.id);
    const made = newConversationRow(ann!);
    await stores()[0].createConversation(made.conversation, made.epoch);
    return { ...made, others };
  };

  it('[AST-2] of those who make one conversation one does', async () => {
    const { others } = await setUp();
    const id = newId<ConversationId>();
    const made = others.map((owner) => {
      const { conversation, epoch } = newConversationRow(owner);
      return { conversation: { ...conversation, id }, epoch: { ...epoch, conversation: id } };
    });
    const results = await together(stores(), (store, i) =>
      store.createConversation(made[i]!.conversation, made[i]!.epoch),
    );
    const winner = made[only(results, isOk)]!;
    expect(await stores()[1].conversation(id)).toEqual(winner.conversation);
    expect(await stores()[1].epochs(id)).toEqual([winner.epoch]);
  });

  it('[AST-2] of the epochs of one number one is appended, and its members are in', async () => {
    const { conversation, others } = await setUp();
    for (const number of [1, 2, 3]) {
      const appends = others.map((one) => nextEpoch(conversation, number, [one]));
      const results = await together(stores(), (store, i) => store.appendEpoch(appends[i]!));
      const winner = appends[only(results, isOk)]!;
      expect((await stores()[1].conversation(conversation.id))?.members).toEqual(winner.members);
      expect(await stores()[0].epoch(conversation.id, number + 1)).toEqual(winner.epoch);
    }
    expect((await stores()[0].epochs(conversation.id)).map(({ number }) => number)).toEqual([1, 2, 3, 4]);
    expect((await stores()[1].conversation(conversation.id))?.version).toBe(4);
  });

  it('[AST-2] an invitation with one use left brings in one', async () => {
    const { conversation, others } = await setUp();
    const invite = newInviteRow(conversation, { maxUses: 1 });
    const rival = newInviteRow(conversation, { maxUses: 1 });
    for (const one of [invite, rival]) await stores()[0].createInvite(one);
    const results = await together(stores(), (store, i) =>
      store.appendEpoch(nextEpoch(conversation, 1, [others[i]!], i === 3 ? rival.id : invite.id)),
    );
    only(results, isOk);
    const next = await together(stores(), (store, i) =>
      store.appendEpoch(nextEpoch(conversation, 2, [others[i]!], i === 3 ? rival.id : invite.id)),
    );
    expect(next.filter(isOk).length).toBeLessThanOrEqual(1);
    const uses = (await stores()[1].invitesOf(conversation.id)).map((one) => one.uses);
    const epochs = await stores()[0].epochs(conversation.id);
    expect(Math.max(...uses)).toBe(1);
    expect(uses[0]! + uses[1]!).toBe(epochs.length - 1);
  });

  it('[AST-2] an invitation withdrawn while it is used is used before, or not at all', async () => {
    const { conversation, others } = await setUp();
    const invite = newInviteRow(conversation);
    await stores()[0].createInvite(invite);
    const [joined, withdrawn] = await Promise.all([
      stores()[0].appendEpoch(nextEpoch(conversation, 1, [others[0]!], invite.id)),
      stores()[1].revokeInvite(conversation.id, invite.id, START_MS + 5),
    ]);
    expect(withdrawn).toBe(true);
    const after = await stores()[0].invite(invite.id);
    expect(after).toEqual({ ...invite, uses: joined.ok ? 1 : 0, revokedAt: START_MS + 5 });
    const late = await stores()[0].appendEpoch(nextEpoch(conversation, joined.ok ? 2 : 1, [others[1]!], invite.id));
    expect(late).toEqual({ ok: false, error: { type: 'invite-revoked' } });
  });

  it('[AST-2] every title set at once raises the version by one, beside an epoch too', async () => {
    const { conversation, others } = await setUp();
    const versions = await Promise.all([
      together(stores(), (store, i) => store.setTitle(conversation.id, bytes(i, 3))),
      stores()[1].appendEpoch(nextEpoch(conversation, 1, others)),
    ]);
    const [titles, appended] = versions;
    const all = [...titles, appended.ok ? appended.value : null];
    expect(all.toSorted()).toEqual([2, 3, 4, 5, 6]);
    const after = await stores()[0].conversation(conversation.id);
    const last = titles.indexOf(Math.max(...titles.map(Number)));
    expect(after).toMatchObject({ version: 6, epoch: 2, title: bytes(last, 3) });
  });
};
