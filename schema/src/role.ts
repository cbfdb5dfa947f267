/** What a member is in a conversation, strongest first. */
import * as v from 'valibot';

export const ROLES = ['owner', 'admin', 'member', 'reader'] as const;
export type Role = (typeof ROLES)[number];
export const RoleSchema = v.picklist(ROLES);

export const isAtLeast = (role: Role, least: Role): boolean => ROLES.indexOf(role) <= ROLES.indexOf(least);
