/**
 * Where the "New" line stands. It is set when the conversation is opened, and again when something comes in after all
 * was read while the person looks elsewhere; otherwise it stays, also once everything below it is read. [UI-17]
 */
import type { EventId } from '@kith/schema/ids';

export interface NewLine {
  readonly at: EventId | null;
  /** All was read when last looked at. */
  readonly allRead: boolean;
}

export const openNewLine = (firstUnread: EventId | null): NewLine => ({
  at: firstUnread,
  allRead: firstUnread === null,
});

/** `away`: the tab is hidden, or its end is out of sight. */
export const nextNewLine = (line: NewLine, firstUnread: EventId | null, away: boolean): NewLine => {
  if (firstUnread === null) return line.allRead ? line : { ...line, allRead: true };
  if (!line.allRead) return line;
  return away ? openNewLine(firstUnread) : line;
};
