import type { DocumentRecord, JournalPosition } from './document-store.ts';

/** @throws Error when a journal that was restored does not end where it ended where it was read. */
export const assertEnd = (
  { journal, lastArrival, lastEventArrival }: DocumentRecord & { readonly type: 'journal' },
  restored: Omit<JournalPosition, 'incarnation'>,
): void => {
  if (restored.lastArrival === lastArrival && restored.lastEventArrival === lastEventArrival) return;
  throw new Error(
    `${journal} ends at arrival ${restored.lastArrival} (of an event ${restored.lastEventArrival}) where it was ` +
      `written, at ${lastArrival} (${lastEventArrival}) where it was read`,
  );
};
