/**
 * What others wrote, this device has and the server lost goes back to the server as its authors signed it, whether they
 * ever come back or not. Many devices do the same at once: the server takes each event from whoever is first. [ENG-16]
 */
import { BringEventsResponse } from '@kith/schema/api/history';
import { bytesToBase64Url } from '@kith/schema/base64url';
import type { ConversationId } from '@kith/schema/ids';
import { LIMITS } from '@kith/schema/limits';
import { WIRE_ERRORS, type WireErrorCode } from '@kith/schema/wire-error';
import type * as v from 'valibot';
import { EngineError } from '../engine-api.ts';
import type { EngineLog } from '../engine-deps.ts';
import type { Projector } from '../projection/projector.ts';
import type { SerialQueue } from '../serial-queue.ts';
import type { ApiClient } from '../session/api-client.ts';
import type { LocalStore } from '../storage/local-store.ts';
import { type Place, placeAnew } from './place-anew.ts';
import type { PlacedEvent } from './placed-events.ts';

export interface BringDeps {
  readonly store: LocalStore;
  readonly api: ApiClient;
  readonly projector: Projector;
  readonly log: EngineLog;
  /** One request at a time, whatever its conversation: the server bounds what an account brings at once. */
  readonly inTurn: SerialQueue['run'];
}

interface Offer {
  readonly event: PlacedEvent;
  readonly bytes: Uint8Array;
}

type Outcome = v.InferOutput<typeof BringEventsResponse>['events'][number];

/** Bytes of events in one request; as text they are a third more. */
const REQUEST_BYTES = LIMITS.broughtBodyBytes / 2;

/** Messages before what changes them, one request after the other. @throws EngineError when to be done again later */
export const bringOthers = async (
  deps: BringDeps,
  conversation: ConversationId,
  lost: readonly PlacedEvent[],
): Promise<void> => {
  let waits = 0;
  let offers: Offer[] = [];
  let sizeBytes = 0;
  const flush = async (): Promise<void> => {
    if (offers.length > 0) waits += await bring(deps, conversation, offers);
    offers = [];
    sizeBytes = 0;
  };
  for (const event of [...lost.filter(isMessage), ...lost.filter((event) => !isMessage(event))]) {
    const bytes = (event.change ?? (await deps.store.message(event.eventId)))?.bytes ?? null;
    if (bytes === null) continue;
    if (offers.length === LIMITS.broughtEvents || sizeBytes + bytes.length > REQUEST_BYTES) await flush();
    offers.push({ event, bytes });
    sizeBytes += bytes.length;
  }
  await flush();
  if (waits > 0) throw new EngineError('unavailable', `${waits} events are still to be brought`);
};

/** How many must be brought again later: the server says so, or they change what is still on its way to it. */
const bring = async (deps: BringDeps, conversation: ConversationId, offers: readonly Offer[]): Promise<number> => {
  const events = offers.map(({ event: { account, device }, bytes }) => ({
    ...{ account, device, event: bytesToBase64Url(bytes) },
  }));
  const path = `/api/conversations/${conversation}/events`;
  const request = { method: 'POST', path, body: { events }, answer: BringEventsResponse } as const;
  const answer = await deps.inTurn(() => deps.api.call(request));
  await placeAnew(deps, conversation, answer.events.flatMap(placeOf));
  const outbox = new Set(
    (await deps.store.outbox()).flatMap((entry) => (entry.type === 'event' ? [entry.eventId] : [])),
  );
  const refused = offers.flatMap(({ event }, i) => {
    const outcome = answer.events[i];
    return outcome !== undefined && 'code' in outcome ? [{ event, code: outcome.code }] : [];
  });
  const waiting = refused.filter(
    ({ event: { change }, code }) => isForLater(code) || (change !== null && outbox.has(change.target)),
  );
  for (const { event, code } of refused)
    deps.log('info', 'an event was not taken back', { eventId: event.eventId, code });
  return waiting.length;
};

const isForLater = (code: WireErrorCode): boolean => WIRE_ERRORS[code].retry === 'later' || code === 'segment-closed';

const isMessage = ({ change }: PlacedEvent): boolean => change === null;

const placeOf = (outcome: Outcome): Place[] => ('code' in outcome ? [] : [outcome]);
