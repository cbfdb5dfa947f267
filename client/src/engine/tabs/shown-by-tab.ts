/** What each tab shows, as far as it is known. A closed tab says no goodbye: whoever is silent is let go of. [LDR-4] */
import type { ConversationId } from '@kith/schema/ids';

export interface ShownByTab {
  take(tab: string, conversation: ConversationId | null): void;
  of(tab: string): ConversationId | null;
  all(): ReadonlySet<ConversationId>;
  /** Forgets those, but `self`, that said nothing since the last round. */
  nextRound(self: string): void;
}

/** `changed` is told after each change. */
export const createShownByTab = (changed: () => void): ShownByTab => {
  const shown = new Map<string, ConversationId>();
  const heard = new Set<string>();
  const take = (tab: string, conversation: ConversationId | null): void => {
    if (conversation === null) shown.delete(tab);
    else shown.set(tab, conversation);
    changed();
  };
  return {
    take: (tab, conversation) => {
      heard.add(tab);
      take(tab, conversation);
    },
    of: (tab) => shown.get(tab) ?? null,
    all: () => new Set(shown.values()),
    nextRound: (self) => {
      for (const tab of shown.keys()) if (tab !== self && !heard.has(tab)) take(tab, null);
      heard.clear();
    },
  };
};
