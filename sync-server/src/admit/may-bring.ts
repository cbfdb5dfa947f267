/**
 * Who may bring whose events. One's own: whoever may write. Others', only once the server has lost a part of its
 * journals: any member, what the author wrote while allowed to write. Whether the author signed it is not asked here.
 * [ADM-2] [ADM-3]
 */
import type { ConversationDirectory } from '@kith/schema/conversation-directory';
import type { AccountId, ConversationId } from '@kith/schema/ids';
import { can } from '@kith/schema/policy/can';
import type { WireErrorCode } from '@kith/schema/wire-error';
import type { Membership } from '../membership/membership.ts';
import type { BroughtEvent } from './brought-event.ts';

export interface Bringer {
  readonly conversation: ConversationId;
  readonly account: AccountId;
}

interface MayBringDeps {
  readonly membership: Pick<Membership, 'role'>;
  readonly directory: Pick<ConversationDirectory, 'roleIn'>;
  /** The journal's: the first one has lost nothing. */
  readonly incarnation: number;
}

const FIRST_INCARNATION = 1;

/** As the members are now. Null when it may be brought as far as that goes. */
export const bringerFault = (
  { membership, incarnation }: Omit<MayBringDeps, 'directory'>,
  { conversation, account }: Bringer,
  event: Pick<BroughtEvent, 'account'>,
): WireErrorCode | null => {
  const role = membership.role(conversation, account);
  if (!can(role, 'read')) return 'not-member';
  if (event.account === account) return can(role, 'write') ? null : 'read-only';
  return incarnation > FIRST_INCARNATION ? null : 'forbidden';
};

/** Serves one request: asks the directory once for each author and epoch. */
export const createAuthorFault = ({ directory }: Pick<MayBringDeps, 'directory'>, bringer: Bringer) => {
  const mightWrite = new Map<string, Promise<boolean>>();
  return async ({ account, header: { epoch } }: BroughtEvent): Promise<WireErrorCode | null> => {
    if (account === bringer.account) return null;
    const key = `${account}/${epoch}`;
    const asked =
      mightWrite.get(key) ?? directory.roleIn(bringer.conversation, epoch, account).then((role) => can(role, 'write'));
    mightWrite.set(key, asked);
    return (await asked) ? null : 'forbidden';
  };
};
