/** A call that is to be cut off: what is there before, the call, and how one sees what it did. */
import type { AccountStore } from '../storage/account-store.ts';
import { newId } from './auth-harness.ts';

/** One run of a scenario: its rows are made anew, so runs share a database. */
export interface Run {
  prepare(store: AccountStore): Promise<void>;
  act(store: AccountStore): Promise<unknown>;
  look(store: AccountStore): Promise<unknown>;
}

export interface Scenario {
  readonly name: string;
  make(): Run;
}

export const newHandle = (): string => `h${newId()}`;
