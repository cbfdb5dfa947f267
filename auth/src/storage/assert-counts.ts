import type { AccountRecord } from './account-store.ts';

type Counts = Omit<AccountRecord & { readonly type: 'accounts' }, 'type'>;

/** @throws Error when a store that was restored has not as much as the one that was read. */
export const assertCounts = ({ accounts, conversations }: Counts, restored: Counts): void => {
  if (restored.accounts === accounts && restored.conversations === conversations) return;
  throw new Error(
    `${restored.accounts} accounts and ${restored.conversations} conversations were written, ` +
      `${accounts} and ${conversations} were read`,
  );
};
