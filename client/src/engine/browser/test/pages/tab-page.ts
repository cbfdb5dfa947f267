/** A tab with the parts of the browser's engine in the test's hand. */
import { ROOM, sampleMessage } from '../../../storage/test/local-store-samples.ts';
import { createWebLocksLeadership } from '../../web-locks-leadership.ts';
import { openDexieStore } from '../dexie-fixture.ts';

const leadership = createWebLocksLeadership({ locks: navigator.locks, name: 'test/leader' });
const store = openDexieStore('two-tabs');
let ledSince: number | null = null;
const counts: number[] = [];

const tab = {
  /** Stands for leader, and leads until told otherwise. */
  stand: () => {
    leadership.whenLeader(async (signal) => {
      ledSince = Date.now();
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      ledSince = null;
    });
  },
  ledSince: () => ledSince,
  resign: () => leadership.close(),
  watchCount: () => {
    store.watch(
      () => store.messageCount(ROOM),
      (count) => counts.push(count),
    );
  },
  counts: () => counts,
  write: (n: number) => store.project({ messages: [sampleMessage(n)], changes: [] }),
  wipe: () => store.wipe(),
};
export type TestTab = typeof tab;
Object.assign(globalThis, { tab });
