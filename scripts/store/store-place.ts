/** Where the stores of a server are, as commands see it that take them as a whole: a data folder, or databases. */
import type { Stores } from '../serve/stores.ts';

export interface StorePlace {
  /** For people: without a password. */
  readonly name: string;
  /** Whether a server ever used it. */
  isUsed(): Promise<boolean>;
  /** The stores in use. */
  open(): Promise<Stores>;
  /** As they are now, whatever a server does meanwhile. */
  openBesideServer(): Promise<Stores>;
  /** Empty ones that nobody sees yet. What an interrupted copy left of such is gone then. */
  openIncoming(): Promise<Stores>;
  /** What was written there. */
  reopenIncoming(): Promise<Stores>;
  /** Puts the incoming ones, closed by now, in the place of those in use, which are kept: says where, or null. */
  accept(stamp: string): Promise<string | null>;
  /** Removes what was made for copying. Idempotent. */
  close(): Promise<void>;
}

/** What goes wrong in a way that people can mend: the message says how. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
}

export interface PlaceDeps {
  /** Told of what an interrupted command left. */
  readonly say: (text: string) => void;
}
