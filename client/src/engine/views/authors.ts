/** Names behind account ids, as far as this device knows them. */
import type { AccountId } from '@kith/schema/ids';
import type { MemberRow, MessageRow } from '../storage/local-store.ts';

/** For somebody who is no longer in the list of members. */
export const FORMER_MEMBER = 'Former member';

export const nameOf = (members: readonly MemberRow[], account: AccountId): string =>
  members.find((member) => member.account === account)?.name ?? FORMER_MEMBER;

/** The original author of what was imported stands before who imported it. */
export const authorOf = (members: readonly MemberRow[], { message }: MessageRow): string =>
  message.state === 'shown' && message.imported !== null ? message.imported.author : nameOf(members, message.account);

/** Written by the person on this account, not merely brought in by them. */
export const isOwn = ({ message }: MessageRow, self: AccountId): boolean =>
  message.account === self && !(message.state === 'shown' && message.imported !== null);
