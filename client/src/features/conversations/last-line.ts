/** The second line of a row: a draft goes before what was last said. [UI-13] */
import { type ConversationView, UNREAD_MAX } from '../../engine/views.ts';

export interface LastLine {
  /** What stands before the text: who said it, or that it is a draft. */
  readonly lead: string | null;
  readonly text: string;
  readonly isDraft: boolean;
}

const MAX_LENGTH = 160;

export const lastLine = ({ draft, last, state, kind }: ConversationView): LastLine => {
  if (draft !== null && draft.trim() !== '') return { lead: 'Draft', text: oneLine(draft), isDraft: true };
  if (last === null)
    return { lead: null, text: state === 'left' ? 'You are no longer in it' : 'Nothing said yet', isDraft: false };
  const lead = kind === 'self' ? null : last.own ? 'You' : last.author;
  return { lead, text: oneLine(last.text), isDraft: false };
};

/** Cut by letters, not in the middle of one. */
const oneLine = (text: string): string => {
  const line = text
    .slice(0, MAX_LENGTH * 4)
    .replace(/\s+/gu, ' ')
    .trim();
  const letters = [...line];
  return letters.length > MAX_LENGTH ? `${letters.slice(0, MAX_LENGTH).join('')}…` : line;
};

/** What the badge shows and what it is called; null where there is nothing unread. */
export const unreadBadge = (
  unread: number,
  format: (value: number) => string,
): { readonly text: string; readonly name: string } | null => {
  if (unread <= 0) return null;
  if (unread >= UNREAD_MAX) return { text: `${format(UNREAD_MAX - 1)}+`, name: `${format(UNREAD_MAX)} or more unread` };
  return { text: format(unread), name: `${format(unread)} unread` };
};
