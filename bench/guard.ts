/**
 * What the guard costs for an update of one event, in documents of 1,000, 10,000 and 100,000 items that do not merge:
 * the check alone, with its application, and the reading of ids before it, beside plain `Y.applyUpdate` of the same bytes to
 * the same document. All take turns, since the machine's speed drifts.
 */
import { type AccountId, type ConversationId, createId, type DeviceId } from '@kith/schema/ids';
import type { Writer } from '@kith/schema/policy/write-policy';
import { checkUpdate, createClientIds, createGuard, createRootNames, type EventGate } from '@kith/sync-server/guard';
import * as Y from 'yjs';
import { oneEventUpdates, stateOfLongLog } from './guard/long-log.ts';
import { reportFigures } from './report.ts';
import { median } from './statistics.ts';

const RUNS = Number(process.env['BENCH_RUNS'] ?? 7);
const ITEMS = [1_000, 10_000, 100_000] as const;
const UPDATES = 1_000;
/** Updates between two looks at the clock: few, so that what else the machine does falls into few of them. */
const TURN = 10;
const CLIENT_ID = 4_711;
const GOAL_US = 15;
const FLAT_GOAL = 1.3;

const random = (bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> => crypto.getRandomValues(bytes);
const writer: Writer = { account: createId<AccountId>(random), device: createId<DeviceId>(random) };
const name = { type: 'segment', conversation: createId<ConversationId>(random), n: 1 } as const;
const gate: EventGate = { nowMs: Date.now() + 60_000, currentEpoch: 1, accepts: () => null, isKnown: () => false };
const guard = createGuard();
const rootNames = createRootNames();

interface Subject {
  readonly items: number;
  readonly state: Uint8Array;
  readonly updates: readonly Uint8Array[];
}

/** Each is timed by turns. `checked` looks at the turn's first update again and again: the next stand on it. */
const KINDS = ['ids', 'checked', 'guarded', 'plain'] as const;
type Kind = (typeof KINDS)[number];
/** µs per update, medians over the turns of one run. */
type Run = Readonly<Record<Kind, number>>;

const measure = ({ state, updates }: Subject): Run => {
  const [guarded, plain] = [new Y.Doc(), new Y.Doc()];
  for (const doc of [guarded, plain]) Y.applyUpdate(doc, state);
  const clientIds = createClientIds({ doc: guarded, random });
  clientIds.issue(writer, 'bench', CLIENT_ID);
  const requestOf = (update: Uint8Array) => ({
    ...{ doc: guarded, clientIds, writer, update, mode: 'update' as const },
    ...{ name, canWrite: true, gate, origin: null },
  });
  const expectOk = (result: ReturnType<typeof checkUpdate> | ReturnType<typeof guard.checkAndApply>): void => {
    if (!result.ok) throw new Error(`refused: ${result.error.type} ${result.error.detail}`);
  };
  const msByKind: Record<Kind, number[]> = { ids: [], checked: [], guarded: [], plain: [] };
  for (let from = 0; from < UPDATES; from += TURN) {
    const requests = updates.slice(from, from + TURN).map(requestOf);
    const first = requests[0] ?? requestOf(new Uint8Array());
    const work: Record<Kind, (request: (typeof requests)[number]) => void> = {
      ids: (request) => void guard.newEventIds(request),
      checked: () => expectOk(checkUpdate(first, rootNames)),
      guarded: (request) => expectOk(guard.checkAndApply(request)),
      plain: ({ update }) => Y.applyUpdate(plain, update),
    };
    for (const kind of KINDS) msByKind[kind].push(timed(() => requests.forEach(work[kind])));
  }
  const usOf = (kind: Kind): number => (median(msByKind[kind]) * 1_000) / TURN;
  return { ids: usOf('ids'), checked: usOf('checked'), guarded: usOf('guarded'), plain: usOf('plain') };
};

const timed = (work: () => void): number => {
  const start = performance.now();
  work();
  return performance.now() - start;
};

const subjects: readonly Subject[] = ITEMS.map((items) => {
  const state = stateOfLongLog(writer, items);
  return { items, state, updates: oneEventUpdates(state, { writer, clientId: CLIENT_ID, count: UPDATES }) };
});
const runs: { readonly items: number; readonly run: Run }[] = [];
for (let n = -1; n < RUNS; n++) {
  for (const subject of subjects) {
    globalThis.gc?.();
    const run = measure(subject);
    if (n >= 0) runs.push({ items: subject.items, run }); // the first warms up
  }
}

const of = (items: number, kind: Kind): number =>
  median(runs.filter((each) => each.items === items).map(({ run }) => run[kind]));

await reportFigures('guard', [
  ...ITEMS.flatMap((items) => [
    { name: `check, ${items} items`, value: of(items, 'checked'), unit: 'µs', goal: GOAL_US, baseline: null },
    {
      ...{ name: `check and apply, ${items} items`, value: of(items, 'guarded'), unit: 'µs' },
      ...{ goal: null, baseline: of(items, 'plain') },
    },
    {
      name: `read the ids to look up, ${items} items`,
      value: of(items, 'ids'),
      unit: 'µs',
      goal: null,
      baseline: null,
    },
  ]),
  {
    ...{ name: 'check, 100000 / 1000 items', value: of(100_000, 'checked') / of(1_000, 'checked'), unit: '×' },
    ...{ goal: FLAT_GOAL, baseline: null },
  },
]);
