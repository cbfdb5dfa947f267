import type { Role } from '@kith/schema/role';

/** Roles in words, with what each may do. */
export const ROLE_NAMES: Record<Role, string> = {
  owner: 'Owner',
  admin: 'Admin',
  member: 'Member',
  reader: 'Reads only',
};
