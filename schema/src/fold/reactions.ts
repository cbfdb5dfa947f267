/** Reactions to one message: per person and emoji the last word counts; bounded in number. [FOLD-6] */
import { decodeEventBody } from '../event/event-body.ts';
import type { AccountId } from '../ids.ts';
import type { TimelineEvent } from './timeline-event.ts';

export const MAX_EMOJI = 50;
export const MAX_EMOJI_PER_ACCOUNT = 10;

export interface Reaction {
  readonly emoji: string;
  readonly accounts: readonly AccountId[];
}

/** `events`: reactions to one message in timeline order. What goes beyond the bounds is left out, latest first. */
export const foldReactions = (events: readonly TimelineEvent[]): Reaction[] => {
  const accountsByEmoji = new Map<string, Set<AccountId>>();
  const countByAccount = new Map<AccountId, number>();
  for (const event of events) {
    const body = decodeEventBody('reaction', event.body);
    if (!body.ok) continue;
    const { emoji, on } = body.value;
    const count = countByAccount.get(event.account) ?? 0;
    const accounts = accountsByEmoji.get(emoji);
    if (!on) {
      if (accounts?.delete(event.account)) countByAccount.set(event.account, count - 1);
      continue;
    }
    if (accounts?.has(event.account) || count >= MAX_EMOJI_PER_ACCOUNT) continue;
    if (accounts === undefined && accountsByEmoji.size >= MAX_EMOJI) continue;
    accountsByEmoji.set(emoji, (accounts ?? new Set<AccountId>()).add(event.account));
    countByAccount.set(event.account, count + 1);
  }
  return [...accountsByEmoji].flatMap(([emoji, accounts]) =>
    accounts.size > 0 ? [{ emoji, accounts: [...accounts] }] : [],
  );
};
