import type { ConversationView } from '../engine/views.ts';

/** What to call a conversation, also when this version cannot read its title. */
export const titleOf = ({ title, kind }: Pick<ConversationView, 'title' | 'kind'>): string =>
  title ?? (kind === 'self' ? 'Note to self' : 'Title from a newer version');
