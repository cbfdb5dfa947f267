/** An open conversation's messages: grows upwards on demand, never loses its top while somebody reads. [UI-3] */
import type { TimelineView, Watch } from '../engine/views.ts';
import { cutAbove, keepAbove, limitFor, PAGE } from './timeline-window.ts';

export interface PagedTimeline {
  /** One subscriber at a time; the window starts anew with each. */
  subscribe(listener: (view: TimelineView) => void): () => void;
  /** Another page of what is on this device. */
  showOlder(): void;
}

export const createPagedTimeline = (open: (limit: number) => Watch<TimelineView>): PagedTimeline => {
  let current: Reader | null = null;
  return {
    subscribe: (listener) => {
      const reader = createReader(open, listener);
      current = reader;
      return () => {
        reader.close();
        if (current === reader) current = null;
      };
    },
    showOlder: () => current?.grow(),
  };
};

interface Reader {
  grow(): void;
  close(): void;
}

const createReader = (open: (limit: number) => Watch<TimelineView>, listener: (view: TimelineView) => void): Reader => {
  let limit = PAGE;
  let shown: TimelineView | undefined;
  let growing = false;
  let reading = 0;
  let unsubscribe = (): void => undefined;

  const read = (): void => {
    unsubscribe();
    unsubscribe = () => undefined;
    reading += 1;
    const own = reading;
    const stop = open(limit).subscribe((next) => {
      if (own === reading) take(next);
    });
    if (own === reading) unsubscribe = stop;
    else stop(); // its first value came at once and asked for more
  };
  const take = (next: TimelineView): void => {
    const kept = keepAbove(shown, next);
    shown = growing ? kept : cutAbove(shown, kept);
    growing = false;
    listener(shown);
    reach(shown.items.length);
  };
  const reach = (count: number): void => {
    const wanted = limitFor(count);
    if (wanted <= limit) return;
    limit = wanted;
    read();
  };

  read();
  return {
    grow: () => {
      if (growing || shown?.moreHere === false) return;
      growing = true;
      limit = limitFor((shown?.items.length ?? 0) + 1);
      read();
    },
    close: () => {
      reading += 1;
      unsubscribe();
    },
  };
};
