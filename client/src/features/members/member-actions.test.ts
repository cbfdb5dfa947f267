import { ROLES } from '@kith/schema/role';
import { expect, test } from 'vitest';
import { memberActions } from './member-actions.ts';

test('[UI-14] only what the policy allows is offered', () => {
  expect(memberActions('owner', 'member', false)).toEqual({ roles: [...ROLES], remove: true });
  expect(memberActions('admin', 'member', false)).toEqual({ roles: ['admin', 'member', 'reader'], remove: true });
  expect(memberActions('admin', 'owner', false)).toEqual({ roles: [], remove: false });
  for (const actor of ['member', 'reader', null] as const)
    expect(memberActions(actor, 'reader', false)).toEqual({ roles: [], remove: false });
  expect(memberActions('owner', 'owner', true)).toEqual({ roles: [], remove: false });
});
