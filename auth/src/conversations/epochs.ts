/**
 * Applies a change of members: the next epoch by compare-and-set, then the news of it. A change that does not name the
 * epoch it was made on is tried again on the newest state when it loses a race. [CNV-2]
 */
import type { ConversationId, InviteId } from '@kith/schema/ids';
import { err, ok, type Result } from '@kith/schema/result';
import type { Changes } from '../changes.ts';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { ConversationStore } from '../storage/account-store.ts';
import type { Conversation } from './conversation.ts';
import { toConversationRecord } from './conversation-record.ts';
import { changeMembers, type MemberChange, type MemberChangeError, toEpoch } from './member-change.ts';

export type EpochError = MemberChangeError | { readonly type: 'epoch-conflict' | 'invite-used-up' };

interface Asked {
  readonly conversation: ConversationId;
  readonly change: MemberChange;
  /** The epoch the change was made on; null for the newest, whatever it is. */
  readonly onEpoch: number | null;
  readonly invite: InviteId | null;
}

export interface Epochs {
  /** Gives the conversation as it is afterwards, unchanged when there was nothing to do. */
  append(asked: Asked): Promise<Result<Conversation, EpochError>>;
}

interface Deps {
  readonly store: ConversationStore;
  readonly changes: Changes;
  readonly clock: Clock;
  readonly log: Log;
}

/** Above this many lost races in a row something is wrong: the caller hears of the conflict. */
const MAX_TRIES = 200;

export const createEpochs = (deps: Deps): Epochs => ({
  append: async (asked) => {
    for (let tries = 1; ; tries++) {
      const result = await tryAppend(deps, asked);
      const isRace = !result.ok && result.error.type === 'epoch-conflict' && asked.onEpoch === null;
      if (!isRace || tries >= MAX_TRIES) return result;
    }
  },
});

const tryAppend = async (deps: Deps, asked: Asked): Promise<Result<Conversation, EpochError>> => {
  const { store, changes, clock, log } = deps;
  const { change } = asked;
  const conversation = await store.conversation(asked.conversation);
  if (conversation === null) return err({ type: 'not-found' });
  const at = clock.now();
  const changed = changeMembers(conversation, change, at);
  if (!changed.ok) return changed;
  if (changed.value === null) return ok(conversation);
  if (asked.onEpoch !== null && asked.onEpoch !== conversation.epoch) return err({ type: 'epoch-conflict' });
  const members = changed.value;
  const by = 'by' in change ? change.by : change.account;
  const epoch = toEpoch(conversation, members, { reason: change.reason, by, at });
  const appended = await store.appendEpoch({ epoch, members, invite: asked.invite });
  if (!appended.ok) return appended;
  log.info('members changed', { conversation: conversation.id, epoch: epoch.number, reason: change.reason, by });
  const after: Conversation = { ...conversation, version: appended.value, epoch: epoch.number, members };
  const isOut = change.reason === 'left' || change.reason === 'removed';
  changes.conversationChanged(toConversationRecord(after), isOut ? [change.account] : []);
  return ok(after);
};
