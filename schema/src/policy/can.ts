/** Who may do what in a conversation: one table, asked by auth, the guard, the folds and the interface. [POL-1] */
import { isAtLeast, type Role } from '../role.ts';

const LEAST_ROLE = {
  read: 'reader',
  write: 'member',
  'delete-others': 'admin',
  rename: 'admin',
  invite: 'admin',
  'change-members': 'admin',
  'change-owners': 'owner',
  import: 'member',
} as const satisfies Record<string, Role>;

export type Action = keyof typeof LEAST_ROLE;

/** `role` null: not a member, who may do nothing. */
export const can = (role: Role | null, action: Action): boolean => role !== null && isAtLeast(role, LEAST_ROLE[action]);

/** May `actor` turn a member of role `from` (null: not yet one) into `to` (null: removed)? Only owners touch owners. */
export const canChangeRole = (actor: Role, from: Role | null, to: Role | null): boolean =>
  can(actor, from === 'owner' || to === 'owner' ? 'change-owners' : 'change-members');
