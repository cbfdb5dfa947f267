/**
 * A conversation's messages while somebody looks: the newest page, and what was asked for above it, watched apart. So
 * what comes in costs one read of the newest page, whatever is shown above. Nothing that is shown is pushed out, and
 * nothing comes in above unasked. [UI-3] [UI-26] [VIEW-2]
 */
import type { ConversationId, EventId } from '@kith/schema/ids';
import type { LocalStore } from '../storage/local-store.ts';
import type { OpenTimeline, TimelineItem, TimelineView } from '../views.ts';
import { pagesAfterRead, readPage, type TimelinePage } from './timeline-page.ts';
import { NO_TIMELINE, type TimelineContext, timelineContext, timelineItems } from './timeline-view.ts';

export const openTimeline = (store: LocalStore, id: ConversationId): OpenTimeline => {
  let current: TimelineReader | null = null;
  return {
    subscribe: (listener) => {
      const reader = createTimelineReader(store, id, listener);
      current = reader;
      return () => {
        reader.close();
        if (current === reader) current = null;
      };
    },
    showOlder: () => current?.grow(),
  };
};

interface TimelineReader {
  grow(): void;
  close(): void;
}

const createTimelineReader = (
  store: LocalStore,
  id: ConversationId,
  listener: (view: TimelineView) => void,
): TimelineReader => {
  let context: TimelineContext | null | undefined;
  let pages: readonly TimelinePage[] = [];
  const watches = new Map<string, () => void>();

  const find = (key: string): TimelinePage | undefined => pages.find((page) => keyOf(page) === key);
  const watch = (key: string, page: TimelinePage): (() => void) =>
    store.watch(
      () => readPage(store, id, find(key) ?? page),
      (rows) => {
        const now = find(key);
        if (now === undefined) return;
        show(pagesAfterRead(pages, now, rows));
        tell();
      },
      // Only what is fixed above the end is long.
      page.from === null || page.before === null ? undefined : 'patient',
    );
  const show = (next: readonly TimelinePage[]): void => {
    pages = next;
    for (const [key, stop] of watches) {
      if (find(key) !== undefined) continue;
      stop();
      watches.delete(key);
    }
    for (const page of pages) {
      const key = keyOf(page);
      if (!watches.has(key)) watches.set(key, watch(key, page));
    }
  };
  const tell = (): void => {
    if (context === undefined || pages.at(-1)?.rows === undefined) return;
    listener(context === null ? NO_TIMELINE : viewOf(pages, context));
  };
  const stopContext = store.watch(
    () => timelineContext(store, id),
    (next) => {
      context = next;
      tell();
    },
  );
  const add = (before: TimelinePage['before']): void => {
    show([{ from: null, before, rows: undefined, moreAbove: false, round: 0 }, ...pages]);
  };
  add(null);
  return {
    grow: () => {
      const top = pages[0];
      if (top?.from && top.moreAbove) add(top.from);
    },
    close: () => {
      stopContext();
      for (const stop of watches.values()) stop();
    },
  };
};

/** Its range; the page at the end is one and the same, wherever it begins: what opened it is not read twice. */
const keyOf = ({ from, before, round }: TimelinePage): string =>
  before === null
    ? `end ${round}`
    : [from, before].map((cursor) => (cursor === null ? '' : `${cursor.time} ${cursor.eventId}`)).join('/');

const viewOf = (pages: readonly TimelinePage[], context: TimelineContext): TimelineView => {
  const read = pages.filter(({ rows }) => rows !== undefined);
  const { moreElsewhere, firstUnread } = context;
  return { items: itemsOf(read, context), moreHere: read[0]?.moreAbove ?? false, moreElsewhere, firstUnread };
};

/** A message that was signed anew moves from one page to another, which are not read at one time: the later one counts. */
const itemsOf = (pages: readonly TimelinePage[], context: TimelineContext): TimelineItem[] => {
  const seen = new Set<EventId>();
  const rows = pages.flatMap((page) => page.rows ?? []).toReversed();
  const once = rows.filter(({ eventId }) => !seen.has(eventId) && seen.add(eventId));
  return timelineItems(once.toReversed(), context);
};
