/** The journals in use, and whether the server as a whole can store: one failing journal is told to everybody. [JRN-3] */
import type { JournalName } from '@kith/schema/doc-name';
import type { JournalPosition } from '../storage/document-store.ts';
import { createJournal, type Journal, type JournalDeps, type JournalState } from './journal.ts';

export interface Journals {
  /** Made at first use and kept until `release`. */
  get(name: JournalName): Journal;
  /** Null when it is not in use, hence has nothing in flight. */
  find(name: JournalName): Journal | null;
  /** Where it ends; takes no journal into use for it. */
  position(name: JournalName): Promise<JournalPosition>;
  /** Forgets a journal without anything in flight. */
  release(name: JournalName): void;
  /** Each journal in use reads what other processes have appended that nobody told of. */
  catchUp(): void;
  readonly state: JournalState;
  /** Waits until nothing is in flight anywhere; gives up on those that fail. */
  settled(): Promise<void>;
  /** Ends all retries. */
  close(): void;
}

export type JournalsDeps = Omit<JournalDeps, 'onState' | 'isClosed'> & {
  /** The first journal begins to fail, or the last one recovers. */
  readonly onState: (state: JournalState) => void;
};

export const createJournals = ({ onState, ...deps }: JournalsDeps): Journals => {
  const journals = new Map<JournalName, Journal>();
  const failing = new Set<JournalName>();
  let isClosed = false;

  const noteState = (name: JournalName, state: JournalState): void => {
    const before = failing.size;
    if (state === 'failing') failing.add(name);
    else failing.delete(name);
    if ((before === 0) !== (failing.size === 0)) onState(state);
  };

  return {
    get: (name) => {
      const journal =
        journals.get(name) ?? createJournal(name, { ...deps, onState: noteState, isClosed: () => isClosed });
      journals.set(name, journal);
      return journal;
    },
    find: (name) => journals.get(name) ?? null,
    position: (name) => journals.get(name)?.position() ?? deps.store.position(name),
    release: (name) => {
      if (journals.get(name)?.isSettled) journals.delete(name);
    },
    catchUp: () => {
      for (const journal of journals.values()) journal.catchUp();
    },
    get state() {
      return failing.size > 0 ? 'failing' : 'ok';
    },
    settled: async () => {
      await Promise.all([...journals.values()].map((journal) => journal.settled()));
    },
    close: () => {
      isClosed = true;
    },
  };
};
