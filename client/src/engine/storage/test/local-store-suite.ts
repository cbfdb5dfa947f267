/** What every `LocalStore` does; each adapter's test is a call of this. [LOC-1] and those below it. */
import { afterEach, beforeEach, describe } from 'vitest';
import type { LocalStore } from '../local-store.ts';
import { conversationRules } from './conversation-rules.ts';
import { outboxRules } from './outbox-rules.ts';
import { projectionRules } from './projection-rules.ts';
import { replicaRules } from './replica-rules.ts';
import { sessionRules } from './session-rules.ts';
import { watchRules } from './watch-rules.ts';

export interface LocalStoreFixture {
  /** An empty store. */
  create(): Promise<LocalStore>;
  /** Closes `store`, which the test does not use again, and opens the same data anew. */
  reopen(store: LocalStore): Promise<LocalStore>;
  /** Another instance on the same data while `store` stays open, where the adapter allows it. */
  sibling?(store: LocalStore): Promise<LocalStore>;
  /** Removes what `create` made, after the last store is closed. */
  remove?(): Promise<void>;
}

export interface StoreUnderTest {
  store(): LocalStore;
  /** The same data, opened anew. */
  reopened(): Promise<LocalStore>;
  sibling: (() => Promise<LocalStore>) | null;
}

export const describeLocalStore = (name: string, fixture: LocalStoreFixture): void => {
  describe(`${name}: a local store`, () => {
    let open: LocalStore[] = [];
    const current = (): LocalStore => {
      const store = open[0];
      if (store === undefined) throw new Error('no store is open');
      return store;
    };
    beforeEach(async () => {
      open = [await fixture.create()];
    });
    afterEach(async () => {
      for (const store of open) await store.close();
      await fixture.remove?.();
    });
    const { sibling } = fixture;
    const underTest: StoreUnderTest = {
      store: current,
      reopened: async () => {
        const [first, ...others] = open;
        if (first === undefined) throw new Error('no store is open');
        open = others;
        open.unshift(await fixture.reopen(first));
        return current();
      },
      sibling: sibling
        ? async () => {
            const store = await sibling(current());
            open.push(store);
            return store;
          }
        : null,
    };
    sessionRules(underTest);
    conversationRules(underTest);
    outboxRules(underTest);
    projectionRules(underTest);
    replicaRules(underTest);
    watchRules(underTest);
  });
};
