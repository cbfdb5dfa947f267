import type { AccountId } from '@kith/schema/ids';

/** A person. */
export interface Account {
  readonly id: AccountId;
  /** Unique, in the form `HandleSchema` gives it. */
  readonly handle: string;
  readonly name: string;
  readonly createdAt: number;
}
