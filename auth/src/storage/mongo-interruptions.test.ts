/** Every method is cut off at every one of its writes, before and after it, and looked at by another process. */
import { expect, it } from 'vitest';
import { newPasskeyRow, newSignUp } from '../test/account-fixtures.ts';
import type { Run } from '../test/interruption.ts';
import { SCENARIOS } from '../test/interruption-scenarios.ts';
import { useTestMongo } from '../test/test-mongo.ts';
import { createWatchedDb, type Watcher } from '../test/watched-db.ts';
import type { AccountStore } from './account-store.ts';
import { createMemoryAccountStore } from './memory-account-store.ts';
import { createMongoAccountStore } from './mongo-account-store.ts';

const mongo = useTestMongo();

const CUT = new Error('cut off');

/** From the k-th write on nothing reaches the server (`before`), or the k-th does and its answer does not (`after`). */
const cutAt = (k: number, side: 'before' | 'after'): Watcher & { readonly writes: () => number } => {
  let writes = 0;
  return {
    before: () => {
      writes++;
      if (writes > k || (writes === k && side === 'before')) throw CUT;
    },
    after: () => {
      if (writes >= k) throw CUT;
    },
    writes: () => writes,
  };
};

const open = async () => {
  const place = mongo.place();
  const watcher: { now: Watcher } = { now: {} };
  const store = await createMongoAccountStore({ db: createWatchedDb(mongo.connect(place), watcher) });
  const reopen = () => createMongoAccountStore({ db: mongo.connect(place) });
  return { store, watcher, reopen };
};

/** What the call does where nothing goes wrong. */
const doneInMemory = async ({ prepare, act, look }: Run) => {
  const store = createMemoryAccountStore();
  await prepare(store);
  const before = await look(store);
  const answer = await act(store);
  return { before, answer, after: await look(store) };
};

for (const { name, make } of SCENARIOS) {
  it(`[AST-4] ${name}, cut off at any write: done or not, and not done can be repeated`, async () => {
    const { store, watcher, reopen } = await open();
    const fresh = await reopen();
    const seen = { done: 0, undone: 0 };
    for (const side of ['before', 'after'] as const) {
      for (let k = 1, isReached = true; isReached; k++) {
        const run = make();
        const { before, answer, after } = await doneInMemory(run);
        await run.prepare(store);
        const cut = cutAt(k, side);
        watcher.now = cut;
        const failed = await run.act(store).then(
          () => null,
          (error: unknown) => error,
        );
        watcher.now = {};
        isReached = cut.writes() >= k;
        if (failed !== null) expect(failed).toBe(CUT);
        const found = await run.look(fresh);
        const isDone = failed === null || isSame(found, after);
        expect(found).toEqual(isDone ? after : before);
        seen[isDone ? 'done' : 'undone']++;
        if (!isDone) expect(await run.act(fresh)).toEqual(answer);
        expect(await run.look(fresh)).toEqual(after);
      }
    }
    expect(seen.done).toBeGreaterThanOrEqual(2);
    expect(seen.undone).toBeGreaterThanOrEqual(name === 'secret' ? 0 : 1);
  });
}

const isSame = (a: unknown, b: unknown): boolean => {
  try {
    expect(a).toEqual(b);
    return true;
  } catch {
    return false;
  }
};

/** A sign-up with the passkey `key` of which only the k writes from the start were made. */
const abandon = async (
  { store, watcher }: { readonly store: AccountStore; readonly watcher: { now: Watcher } },
  handle: string,
  writes: number,
) => {
  const made = byPasskey(handle);
  watcher.now = cutAt(writes, 'after');
  await expect(store.createAccount(made)).rejects.toBe(CUT);
  watcher.now = {};
  return made;
};
const byPasskey = (handle: string) =>
  newSignUp(handle, (id) => ({ type: 'passkey', passkey: newPasskeyRow(id, 'key') }));

for (const writes of [1, 2]) {
  it(`[AST-4] a sign-up abandoned after ${writes} writes is finished by whoever wants its passkey`, async () => {
    const opened = await open();
    const ann = await abandon(opened, 'ann', writes);
    const store = await opened.reopen();
    expect(await store.accountByHandle('ann')).toBeNull();
    expect(await store.passkey('key')).toBeNull();
    expect(await store.device(ann.device.id)).toBeNull();
    expect(await store.createAccount(byPasskey('bob'))).toEqual({ ok: false, error: { type: 'passkey-exists' } });
    expect(await store.accountByHandle('ann')).toEqual(ann.account);
    expect(await store.session(ann.session.id)).toEqual(ann.session);
    expect((await store.passkey('key'))?.account).toBe(ann.account.id);
    expect(await store.accountByHandle('bob')).toBeNull();
  });

  it(`[AST-4] a sign-up abandoned after ${writes} writes holds no handle, and no passkey once its handle is taken`, async () => {
    const opened = await open();
    const ann = await abandon(opened, 'ann', writes);
    const store = await opened.reopen();
    const other = newSignUp('ann');
    expect((await store.createAccount(other)).ok).toBe(true);
    expect(await store.accountByHandle('ann')).toEqual(other.account);
    expect(await store.passkey('key')).toBeNull();
    const bob = byPasskey('bob');
    expect((await store.createAccount(bob)).ok).toBe(true);
    expect((await store.passkey('key'))?.account).toBe(bob.account.id);
    expect(await store.account(ann.account.id)).toBeNull();
    expect(await store.device(ann.device.id)).toBeNull();
    expect(await store.devices(ann.account.id)).toEqual([]);
    // the one who was cut off comes back late
    expect(await opened.store.createAccount(ann)).toEqual({ ok: false, error: { type: 'handle-taken' } });
    expect((await store.passkey('key'))?.account).toBe(bob.account.id);
  });
}
