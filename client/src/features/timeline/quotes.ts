import type { EventId } from '@kith/schema/ids';
import type { TimelineItem } from '../../engine/views.ts';

/** Author and text of what a message answers. */
export interface Quote {
  readonly author: string;
  readonly text: string;
}

const QUOTE_LENGTH = 160;

/** What each answer answers, as far as that is among `items`. */
export const quotesOf = (items: readonly TimelineItem[]): ReadonlyMap<EventId, Quote> => {
  const byId = new Map(items.map((item) => [item.message.eventId, item]));
  const answers = items.flatMap(({ message }) => {
    const target = message.state === 'shown' && message.replyTo !== null ? byId.get(message.replyTo) : undefined;
    if (target?.message.state !== 'shown') return [];
    const quote = { author: target.author, text: target.message.text.slice(0, QUOTE_LENGTH) };
    return [[message.eventId, quote] as const];
  });
  return new Map(answers);
};
