/** What one member may do with another, as the one table of `schema/policy` says. [UI-14] */
import { canChangeRole } from '@kith/schema/policy/can';
import { ROLES, type Role } from '@kith/schema/role';

export interface MemberActions {
  /** Roles that may be given, the present one among them; empty when none may. */
  readonly roles: readonly Role[];
  readonly remove: boolean;
}

/** `actor` null: no longer a member. One's own role is changed by leaving, never here. */
export const memberActions = (actor: Role | null, target: Role, self: boolean): MemberActions => {
  if (actor === null || self) return { roles: [], remove: false };
  const roles = ROLES.filter((to) => canChangeRole(actor, target, to));
  return { roles, remove: canChangeRole(actor, target, null) };
};
