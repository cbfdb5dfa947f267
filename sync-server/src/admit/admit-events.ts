/**
 * Events without a document: own ones, and others' that the server lost and somebody still has. Each is looked up,
 * asked about, its signature checked, and then appended where it belongs. What is known already is answered with its
 * place, whoever brings it, so that many may bring the same. [ADM-1] [ADM-4]
 */
import type { ConversationDirectory } from '@kith/schema/conversation-directory';
import { type JournalName, segmentName } from '@kith/schema/doc-name';
import type { AccountId, ConversationId, DeviceId, EventId } from '@kith/schema/ids';
import { err, ok, type Result } from '@kith/schema/result';
import type { Limited } from '@kith/schema/wire-error';
import type { WriteLimits } from '../limits/write-limits.ts';
import type { OwnWork } from '../live/own-work.ts';
import { newestLive } from '../segments/segment-writer.ts';
import type { Signatures, SignedEvent } from '../signatures/signatures.ts';
import type { DocumentStore, IndexedEvent } from '../storage/document-store.ts';
import { type AppendDeps, appendBrought } from './append-brought.ts';
import { createBringingLimits, type TooMuch } from './bringing-limits.ts';
import { type AdmitOutcome, type BroughtEvent, createOutcomes, type Outcomes } from './brought-event.ts';
import { bringerFault, createAuthorFault } from './may-bring.ts';

export type AdmitRefusal = { readonly type: 'not-stored' } | TooMuch;

/** One outcome for each event, in their order, once what was admitted is durable. */
export type AdmitEvents = (admit: Admit) => Promise<Result<readonly AdmitOutcome[], AdmitRefusal>>;

export interface Admit {
  readonly conversation: ConversationId;
  readonly account: AccountId;
  readonly device: DeviceId;
  readonly events: readonly SignedEvent[];
}

export interface AdmitDeps extends AppendDeps {
  readonly store: DocumentStore;
  readonly directory: Pick<ConversationDirectory, 'roleIn'>;
  readonly signatures: Signatures;
  readonly ownWork: OwnWork;
  readonly limits: WriteLimits;
  /** Waits for what is in flight; false when that cannot be stored now. */
  readonly settled: (conversation: ConversationId) => Promise<boolean>;
}

export const createAdmitEvents = (deps: AdmitDeps): AdmitEvents => {
  const bringing = createBringingLimits(deps.clock);
  return async (admit) => {
    const limited = await takeOwn(deps, admit);
    if (limited !== null) return err({ type: 'rate-limited', limited });
    const result = await bringing.within(admit.account, () => admitEvents(deps, admit));
    return result.ok ? result.value : result;
  };
};

/** What one writes oneself counts as if it had come over a document. */
const takeOwn = async ({ limits }: AdmitDeps, admit: Admit): Promise<Limited | null> => {
  const own = admit.events.filter(({ account }) => account === admit.account);
  if (own.length === 0) return null;
  const bytes = own.reduce((sum, event) => sum + event.bytes.length, 0);
  const writer = { account: admit.account, journal: `conversation/${admit.conversation}`, scope: 'default' } as const;
  return (await limits.take(writer, own.length, bytes)).refused;
};

const admitEvents = async (deps: AdmitDeps, admit: Admit): ReturnType<AdmitEvents> => {
  const { conversation } = admit;
  const journal: JournalName = `conversation/${conversation}`;
  // an event on its way to the store is neither known nor unknown yet
  if (!(await deps.settled(conversation))) return err({ type: 'not-stored' });
  const outcomes = createOutcomes(admit.events);
  await settleKnown(deps, journal, outcomes);
  const { incarnation } = await deps.store.position(journal);
  await refuseForbidden({ ...deps, incarnation }, admit, outcomes);
  await refuseForged(deps, admit, outcomes);
  const fault = (event: BroughtEvent) => bringerFault({ ...deps, incarnation }, admit, event);
  for (const [n, events] of await bySegment(deps, journal, admit, outcomes)) {
    const done = await deps.ownWork.on(segmentName(conversation, n), async (state) => {
      const appended = await appendBrought(deps, { bringer: admit, state, n, events, fault, refuse: outcomes.refuse });
      if (appended === null) return true;
      // a journal that fails goes on trying, for longer than anybody waits for an answer
      if (!(await deps.settled(conversation))) return false;
      const { arrival } = await appended.row;
      for (const [i, event] of appended.events.entries()) outcomes.store(event, { arrival: arrival + i, segment: n });
      return true;
    });
    if (done === false) return err({ type: 'not-stored' });
  }
  return ok(outcomes.all());
};

const idsOf = (outcomes: Outcomes): EventId[] => outcomes.open().map(({ header }) => header.eventId);

/** The same author's event under an id is this one. Anybody else's, or in another conversation, is another. */
const settleKnown = async ({ store }: AdmitDeps, journal: JournalName, outcomes: Outcomes): Promise<void> => {
  const known = byId(await store.known(journal, idsOf(outcomes)));
  const taken = new Set(await store.taken(idsOf(outcomes)));
  for (const event of outcomes.open()) {
    const { eventId } = event.header;
    const here = known.get(eventId);
    if (here !== undefined && here.account === event.account) outcomes.store(event, here);
    else if (taken.has(eventId)) outcomes.refuse(event, 'event-exists');
  }
};

const byId = (events: readonly IndexedEvent[]): ReadonlyMap<EventId, IndexedEvent> =>
  new Map(events.map((event) => [event.eventId, event]));

const refuseForbidden = async (
  deps: AdmitDeps & { readonly incarnation: number },
  admit: Admit,
  outcomes: Outcomes,
): Promise<void> => {
  const authorFault = createAuthorFault(deps, admit);
  for (const event of outcomes.open()) {
    const code = bringerFault(deps, admit, event) ?? (await authorFault(event));
    if (code !== null) outcomes.refuse(event, code);
  }
};

const refuseForged = async ({ signatures }: AdmitDeps, { conversation }: Admit, outcomes: Outcomes): Promise<void> => {
  const events = outcomes.open();
  const verdicts = await signatures.check(conversation, events);
  for (const [i, event] of events.entries()) if (verdicts[i] !== 'good') outcomes.refuse(event, 'event-signature');
};

/** What changes another goes where that one stands, or is about to; the rest to the newest live segment. */
const bySegment = async (
  { store, segments }: AdmitDeps,
  journal: JournalName,
  { conversation }: Admit,
  outcomes: Outcomes,
): Promise<ReadonlyMap<number, readonly BroughtEvent[]>> => {
  const newest = newestLive(await segments.load(conversation))?.n ?? 1;
  const events = outcomes.open();
  const targets = byId(
    await store.known(
      journal,
      events.flatMap(({ header: { target } }) => target ?? []),
    ),
  );
  const segmentOf = ({ header: { target } }: BroughtEvent): number =>
    (target === null ? null : targets.get(target)?.segment) ?? newest;
  return Map.groupBy(events, segmentOf);
};
