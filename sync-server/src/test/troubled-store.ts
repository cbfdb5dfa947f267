/** A real store behind a hand that holds its appends back, lets them fail, or loses the answer to one that succeeded. */
import type { DocumentStore } from '../storage/document-store.ts';

export interface TroubledStore extends DocumentStore {
  /** Appends wait until `release`. */
  hold(): void;
  release(): void;
  /** `before`: nothing is stored. `after`: it is stored, but the answer is lost. */
  fails: 'never' | 'before' | 'after';
  readonly appends: number;
  /** While true, documents cannot be read. */
  isUnreadable: boolean;
}

export const createTroubledStore = (store: DocumentStore): TroubledStore => {
  let held: Promise<void> = Promise.resolve();
  let release = (): void => {};
  let appends = 0;
  const troubled: TroubledStore = {
    ...store,
    fails: 'never',
    isUnreadable: false,
    hold: () => {
      held = new Promise((resolve) => {
        release = resolve;
      });
    },
    release: () => release(),
    get appends() {
      return appends;
    },
    append: async (rows) => {
      appends++;
      await held;
      if (troubled.fails === 'before') throw new Error('disk full');
      const result = await store.append(rows);
      if (troubled.fails === 'after') throw new Error('connection lost');
      return result;
    },
    load: async (document) => {
      if (troubled.isUnreadable) throw new Error('unreadable');
      return store.load(document);
    },
  };
  return troubled;
};
