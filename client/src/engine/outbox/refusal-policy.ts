/**
 * What to do with events that the server refused. Pure. [OUT-5] [OUT-6]
 *
 *   remake  segment-closed, clock-ahead   made anew, as often as it takes
 *           others                        made anew, three times in a row at most, then quarantine
 *   later                                 kept, tried again after a while
 *   never   about the whole conversation  quarantine
 *           about an event                the batch is halved until the guilty one stands alone: quarantine
 */
import type { EventId } from '@kith/schema/ids';
import { WIRE_ERRORS, type WireErrorCode } from '@kith/schema/wire-error';

export const MAX_RECOVERIES = 3;

export type Verdict =
  | { readonly type: 'again'; readonly isCounted: boolean; readonly newTime: boolean }
  | { readonly type: 'later' }
  | { readonly type: 'smaller'; readonly batchSize: number }
  | { readonly type: 'quarantine'; readonly eventIds: readonly EventId[] };

export const judgeRefusal = (refusal: {
  readonly code: WireErrorCode;
  readonly named: readonly EventId[];
  readonly batch: readonly EventId[];
  readonly recoveries: number;
}): Verdict => {
  const { code, batch, recoveries } = refusal;
  if (code === 'segment-closed') return { type: 'again', isCounted: false, newTime: false };
  if (code === 'clock-ahead') return { type: 'again', isCounted: false, newTime: true };
  const { retry } = WIRE_ERRORS[code];
  if (retry === 'later' || retry === 'sign-in') return { type: 'later' };
  if (retry === 'remake' && recoveries < MAX_RECOVERIES) return { type: 'again', isCounted: true, newTime: false };
  if (ABOUT_ALL.has(code) || batch.length <= 1) return { type: 'quarantine', eventIds: batch };
  const guilty = batch.filter((eventId) => refusal.named.includes(eventId));
  if (guilty.length > 0 && guilty.length < batch.length) return { type: 'quarantine', eventIds: guilty };
  return { type: 'smaller', batchSize: Math.ceil(batch.length / 2) };
};

const ABOUT_ALL: ReadonlySet<WireErrorCode> = new Set(['read-only', 'not-member', 'forbidden', 'document-unknown']);
