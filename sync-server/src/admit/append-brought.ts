/**
 * Puts events into one segment, each at the end of the log of who signed it, under the server's own client id: checked
 * and applied in one synchronous step, journaled and told like what devices write. [ADM-4] [ADM-5]
 */
import { appendEvents } from '@kith/schema/documents/segment';
import type { EventId } from '@kith/schema/ids';
import { eventFault } from '@kith/schema/policy/event-policy';
import type { WireErrorCode } from '@kith/schema/wire-error';
import { createEventGate, type EventGateDeps } from '../extensions/event-gate.ts';
import { applyServerChange } from '../guard/server-change.ts';
import type { Journals } from '../journal/journals.ts';
import type { Claim } from '../live/event-claims.ts';
import type { DocumentState } from '../live/live-documents.ts';
import type { Notices } from '../notices/notices.ts';
import type { Rollover } from '../segments/rollover.ts';
import type { JournalRow, Segment } from '../storage/document-store.ts';
import type { BroughtEvent } from './brought-event.ts';
import type { Bringer } from './may-bring.ts';

export interface AppendDeps extends EventGateDeps {
  readonly journals: Journals;
  readonly notices: Notices;
  readonly rollover: Rollover;
  readonly onStored: (state: DocumentState) => void;
}

interface Append {
  readonly bringer: Bringer & { readonly device: BroughtEvent['device'] };
  readonly state: DocumentState;
  readonly n: number;
  readonly events: readonly BroughtEvent[];
  /** Asked last, in the step that applies. */
  readonly fault: (event: BroughtEvent) => WireErrorCode | null;
  readonly refuse: (event: BroughtEvent, code: WireErrorCode) => void;
}

export interface Appended {
  readonly events: readonly BroughtEvent[];
  readonly row: Promise<JournalRow>;
}

/** Null when nothing was left to append. Those that are not refused are on their way to the store. */
export const appendBrought = async (deps: AppendDeps, append: Append): Promise<Appended | null> => {
  const claim = await deps.claims.claim(append.events.map(({ header }) => header.eventId));
  try {
    return appendClaimed(deps, append, claim);
  } finally {
    claim.release();
  }
};

const appendClaimed = (deps: AppendDeps, append: Append, claim: Claim): Appended | null => {
  const { state, n, bringer, refuse } = append;
  const segment = deps.segments.find(bringer.conversation, n);
  if (segment === null || state.isAbandoned || state.document.isDestroyed) {
    for (const event of append.events) refuse(event, 'unavailable');
    return null;
  }
  const events = admitted(deps, append, segment, claim.taken);
  if (events.length === 0) return null;
  const giveUpClaim = claim.keep(events.map(({ header }) => header.eventId));
  const row = write(deps, state, segment, events);
  return { events, row: row.finally(giveUpClaim) };
};

const admitted = (
  deps: AppendDeps,
  { state, bringer, events, fault, refuse }: Append,
  segment: Segment,
  taken: ReadonlySet<EventId>,
): BroughtEvent[] => {
  const gate = createEventGate(deps, { state, segment, session: bringer, taken });
  return events.filter((event) => {
    const { header } = event;
    const code =
      gate === null || gate.isKnown(header.eventId)
        ? 'event-exists'
        : (fault(event) ?? eventFault(header, gate) ?? gate.accepts(header));
    if (code !== null) refuse(event, code);
    return code === null;
  });
};

const ORIGIN = { source: 'local', skipStoreHooks: true } as const;

const write = (
  deps: AppendDeps,
  state: DocumentState,
  segment: Segment,
  events: readonly BroughtEvent[],
): Promise<JournalRow> => {
  const { document: doc, clientIds, contents } = state;
  const change = (): void => {
    for (const event of events) appendEvents(doc, event, [event.bytes]);
  };
  const { update, newBindings } = applyServerChange({ doc, clientIds, origin: ORIGIN, change });
  for (const { header } of events) contents?.add(header);
  const { promise, resolve } = Promise.withResolvers<JournalRow>();
  deps.journals.get(state.journal).append({
    document: doc.name,
    update,
    events: events.map(({ header: { eventId }, account, device }) => ({
      eventId,
      segment: segment.n,
      account,
      device,
    })),
    bindings: newBindings,
    onStored: (row) => {
      resolve(row);
      deps.onStored(state);
      const bytes = events.map((event) => event.bytes);
      deps.notices.add(segment.conversation, row, bytes, segment.importer !== null);
    },
  });
  if (contents !== null) deps.rollover.note(segment, contents.span());
  return promise;
};
