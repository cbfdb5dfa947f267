/** The addresses of screens, and of invitations. The secret of an invitation stands in the fragment: no server sees it. [UI-12] */

import { parseBase64Url } from '@kith/schema/base64url';
import { type ConversationId, type InviteId, isId } from '@kith/schema/ids';
import { INVITE_SECRET_BYTES } from '@kith/schema/invite-proof';
import type { InviteLink } from '../engine/engine-api.ts';

export type Place =
  | { readonly type: 'home' }
  | { readonly type: 'conversation'; readonly id: ConversationId; readonly members: boolean }
  | { readonly type: 'join'; readonly id: InviteId }
  | { readonly type: 'settings' }
  | { readonly type: 'devices' }
  | { readonly type: 'unknown' };

/** `unknown` for anything that is not exactly an address of ours. */
export const parsePlace = (path: string): Place => {
  const [root = '', id, rest, ...more] = path.replace(/^\/|\/$/g, '').split('/');
  if (more.length > 0) return { type: 'unknown' };
  if (root === '' && id === undefined) return { type: 'home' };
  if (root === 'c' && isId(id) && (rest === undefined || rest === 'members'))
    return { type: 'conversation', id: id as ConversationId, members: rest === 'members' };
  if (root === 'join' && isId(id) && rest === undefined) return { type: 'join', id: id as InviteId };
  if (root === 'settings' && id === undefined) return { type: 'settings' };
  if (root === 'settings' && id === 'devices' && rest === undefined) return { type: 'devices' };
  return { type: 'unknown' };
};

export const PATHS = {
  home: '/',
  settings: '/settings',
  devices: '/settings/devices',
  conversation: (id: ConversationId): string => `/c/${id}`,
  members: (id: ConversationId): string => `/c/${id}/members`,
} as const;

/** What is shared: the whole address, ready for a message or a QR code. */
export const formatInviteUrl = (origin: string, link: InviteLink): string => `${origin}/join/${link.id}#${link.secret}`;

/** Null when the link was cut off on its way. */
export const parseInviteSecret = (fragment: string): string | null => {
  const secret = fragment.replace(/^#/, '');
  return parseBase64Url(secret)?.length === INVITE_SECRET_BYTES ? secret : null;
};
