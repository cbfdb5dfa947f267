import type { AccountId, ConversationId } from '@kith/schema/ids';
import { canChangeRole } from '@kith/schema/policy/can';
import { ROLES, type Role } from '@kith/schema/role';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newId } from '../test/auth-harness.ts';
import { START_MS } from '../test/fixed-clock.ts';
import type { Conversation, Member } from './conversation.ts';
import { changeMembers, type MemberChange, roleOf } from './member-change.ts';

const ACCOUNTS = Array.from({ length: 6 }, () => newId<AccountId>());
const [ann, bob, eve] = ACCOUNTS as [AccountId, AccountId, AccountId];

const withMembers = (roles: readonly Role[], kind: Conversation['kind'] = 'group'): Conversation => ({
  id: newId<ConversationId>(),
  kind,
  title: new Uint8Array([0]),
  version: 1,
  epoch: 1,
  createdBy: ann,
  createdAt: START_MS,
  members: roles.map((role, i): Member => ({ account: ACCOUNTS[i]!, role, joinedAt: START_MS + i })),
});

const refused = (type: string) => ({ ok: false, error: { type } });
const unchanged = { ok: true, value: null };

describe('changeMembers', () => {
  it('[CNV-3] follows the table of roles for every pair', () => {
    for (const actor of ROLES) {
      for (const from of ROLES) {
        const conversation = withMembers([actor, from, 'owner']);
        const removed = changeMembers(conversation, { reason: 'removed', account: bob, by: ann }, START_MS);
        expect(removed.ok).toBe(canChangeRole(actor, from, null));
        for (const role of ROLES) {
          const change = { reason: 'role-changed', account: bob, by: ann, role } as const;
          expect(changeMembers(conversation, change, START_MS).ok).toBe(canChangeRole(actor, from, role));
        }
      }
    }
  });

  it('[CNV-3] somebody who is not in it changes nothing, and nobody is added by changing a role', () => {
    const conversation = withMembers(['owner', 'member']);
    expect(changeMembers(conversation, { reason: 'removed', account: bob, by: eve }, 1)).toEqual(refused('forbidden'));
    const change = { reason: 'role-changed', account: eve, by: ann, role: 'member' } as const;
    expect(changeMembers(conversation, change, 1)).toEqual(refused('not-found'));
    expect(changeMembers(conversation, { ...change, by: eve }, 1)).toEqual(refused('forbidden'));
  });

  it('[CNV-4] the last owner neither leaves others behind, nor is removed, nor steps down', () => {
    const conversation = withMembers(['owner', 'admin']);
    expect(changeMembers(conversation, { reason: 'left', account: ann }, 1)).toEqual(refused('last-owner'));
    const down = { reason: 'role-changed', account: ann, by: ann, role: 'admin' } as const;
    expect(changeMembers(conversation, down, 1)).toEqual(refused('last-owner'));
    expect(changeMembers(withMembers(['owner']), down, 1)).toEqual(refused('last-owner'));
    expect(changeMembers(withMembers(['owner']), { reason: 'left', account: ann }, 1)).toEqual({ ok: true, value: [] });
    expect(changeMembers(withMembers(['owner', 'owner']), { reason: 'left', account: ann }, 1).ok).toBe(true);
  });

  it('[CNV-5] self holds one, direct two, a group its limit', () => {
    const join = { reason: 'joined', account: eve, role: 'member', invitedBy: ann } as const;
    expect(changeMembers(withMembers(['owner'], 'self'), join, 1)).toEqual(refused('member-limit'));
    expect(changeMembers(withMembers(['owner'], 'direct'), join, 1).ok).toBe(true);
    expect(changeMembers(withMembers(['owner', 'member'], 'direct'), join, 1)).toEqual(refused('member-limit'));
    const crowd = withMembers(['owner']);
    const others = Array.from({ length: 499 }, (): Member => ({ account: newId(), role: 'member', joinedAt: 1 }));
    const full = { ...crowd, members: [...crowd.members, ...others] };
    expect(changeMembers(full, join, 1)).toEqual(refused('member-limit'));
    expect(changeMembers({ ...full, members: full.members.slice(0, -1) }, join, 1).ok).toBe(true);
  });

  it('[INV-2] joining needs an inviter who still may invite', () => {
    for (const role of ROLES) {
      const conversation = withMembers(['owner', role]);
      const join = { reason: 'joined', account: eve, role: 'member', invitedBy: bob } as const;
      const may = role === 'owner' || role === 'admin';
      expect(changeMembers(conversation, join, 7)).toEqual(
        may
          ? { ok: true, value: [...conversation.members, { account: eve, role: 'member', joinedAt: 7 }] }
          : refused('invite-revoked'),
      );
    }
  });

  it('[CNV-7] what is already so changes nothing', () => {
    const conversation = withMembers(['owner', 'member']);
    const role = { reason: 'role-changed', account: bob, by: ann, role: 'member' } as const;
    expect(changeMembers(conversation, role, 1)).toEqual(unchanged);
    expect(changeMembers(conversation, { reason: 'removed', account: eve, by: ann }, 1)).toEqual(unchanged);
    expect(changeMembers(conversation, { reason: 'left', account: eve }, 1)).toEqual(unchanged);
    const join = { reason: 'joined', account: bob, role: 'reader', invitedBy: eve } as const;
    expect(changeMembers(conversation, join, 1)).toEqual(unchanged);
  });

  it('[CNV-4] after any changes there is an owner or nobody, everybody is there once, and one entry differs', () => {
    const account = fc.constantFrom(...ACCOUNTS);
    const role = fc.constantFrom(...ROLES);
    const change: fc.Arbitrary<MemberChange> = fc.oneof(
      fc.record({ reason: fc.constant('joined' as const), account, role, invitedBy: account }),
      fc.record({ reason: fc.constant('left' as const), account }),
      fc.record({ reason: fc.constant('removed' as const), account, by: account }),
      fc.record({ reason: fc.constant('role-changed' as const), account, by: account, role }),
    );
    const run = (changes: readonly MemberChange[]) => {
      let conversation = withMembers(['owner', 'admin', 'member']);
      for (const one of changes) {
        const changed = changeMembers(conversation, one, START_MS);
        if (!changed.ok || changed.value === null) continue;
        const members = changed.value;
        expect(members.length === 0 || members.some((member) => member.role === 'owner')).toBe(true);
        expect(new Set(members.map((member) => member.account)).size).toBe(members.length);
        const differing = ACCOUNTS.filter((id) => roleOf({ members }, id) !== roleOf(conversation, id));
        expect(differing).toEqual([one.account]);
        conversation = { ...conversation, members };
      }
    };
    return fc.assert(fc.property(fc.array(change, { maxLength: 40 }), run), { seed: 20261121, numRuns: 300 });
  });
});
