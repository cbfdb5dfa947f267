/**
 * Pages of an open timeline: the rows of one range each, oldest first, without holes between them. [UI-3]
 *
 *   open at the top: from nowhere ── there is more above ──▶ fixed: from its oldest row on
 *
 * A page that is open reads the newest `PAGE` rows before its end, a fixed one all of its range. There are at most three:
 * the one at the end, all that was fixed above it, and one that is open on top.
 */
import type { ConversationId } from '@kith/schema/ids';
import type { LocalStore, MessageRow, TimelineCursor } from '../storage/local-store.ts';

export const PAGE = 50;

export interface TimelinePage {
  /** Inclusive; null: open at the top. */
  readonly from: TimelineCursor | null;
  /** Exclusive; null: up to the end. */
  readonly before: TimelineCursor | null;
  /** Oldest first; undefined: not read yet. */
  readonly rows: readonly MessageRow[] | undefined;
  readonly moreAbove: boolean;
  /** Grows when what was read may not reach down to where the page was fixed, so that it must be read anew. */
  readonly round: number;
}

/** As it stands in the store. */
export const readPage = async (
  store: LocalStore,
  id: ConversationId,
  { from, before }: Pick<TimelinePage, 'from' | 'before'>,
): Promise<readonly MessageRow[]> => {
  const newestFirst =
    from === null ? await store.timeline(id, before, PAGE + 1) : await store.timelineBetween(id, from, before);
  return newestFirst.toReversed();
};

/** After `rows` were read of one of them. Those whose range is as before are watched on. */
export const pagesAfterRead = (
  pages: readonly TimelinePage[],
  page: TimelinePage,
  rows: readonly MessageRow[],
): readonly TimelinePage[] => {
  const next = pages.flatMap((each) => (each === page ? cutEnd(withRows(page, rows)) : [each]));
  const [top, ...others] = next;
  if (top === undefined) return [];
  return top.from === null ? [top, ...joinAbove(others)] : joinAbove(next);
};

/** What is above the oldest row shown is left for the next page, so that nothing comes in above by itself. */
const withRows = (page: TimelinePage, rows: readonly MessageRow[]): TimelinePage => {
  if (page.from !== null) return { ...page, rows };
  const shown = page.rows?.[0];
  const hasMore = rows.length > PAGE || (shown !== undefined && isBefore(rows[0], shown));
  if (!hasMore) return { ...page, rows, moreAbove: false };
  const isWhole = shown === undefined;
  const kept = isWhole ? rows.slice(-PAGE) : (page.rows ?? []);
  return { ...page, rows: kept, from: kept[0] ?? null, moreAbove: true, round: page.round + (isWhole ? 0 : 1) };
};

/** The end is kept short: it is read with every arrival. */
const cutEnd = (page: TimelinePage): readonly TimelinePage[] => {
  const { rows = [], from, before } = page;
  const cut = rows[rows.length - PAGE];
  if (from === null || before !== null || cut === undefined || rows.length <= 2 * PAGE) return [page];
  return [
    { ...page, before: cut, rows: rows.slice(0, -PAGE) },
    { ...page, from: cut, rows: rows.slice(-PAGE), moreAbove: true },
  ];
};

/** Fixed pages above the end become one. */
const joinAbove = (pages: readonly TimelinePage[]): readonly TimelinePage[] => {
  const [above, ...others] = pages.slice(0, -1);
  const lowest = others.at(-1);
  if (above === undefined || lowest === undefined) return pages;
  const rows = [above, ...others].flatMap((page) => page.rows ?? []);
  return [{ ...above, before: lowest.before, rows }, ...pages.slice(-1)];
};

const isBefore = (row: MessageRow | undefined, other: MessageRow): boolean =>
  row !== undefined && (row.time < other.time || (row.time === other.time && row.eventId < other.eventId));
