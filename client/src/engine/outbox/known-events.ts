/** Which events does the server have already? Asked for all that were signed before and not acknowledged. [OUT-2] */
import { KnownResponse } from '@kith/schema/api/history';
import type { AccountId, ConversationId, EventId } from '@kith/schema/ids';
import { LIMITS } from '@kith/schema/limits';
import type { ApiClient } from '../session/api-client.ts';

export interface KnownEvent {
  readonly eventId: EventId;
  readonly arrival: number;
  readonly segment: number;
  /** Whose log it stands in. */
  readonly account: AccountId;
}

/** @throws EngineError */
export const askKnown = async (
  api: ApiClient,
  conversation: ConversationId,
  eventIds: readonly EventId[],
): Promise<KnownEvent[]> => {
  const known: KnownEvent[] = [];
  for (let i = 0; i < eventIds.length; i += LIMITS.knownEventIds) {
    const answer = await api.call({
      method: 'POST',
      path: `/api/conversations/${conversation}/known`,
      body: { eventIds: eventIds.slice(i, i + LIMITS.knownEventIds) },
      answer: KnownResponse,
    });
    known.push(...answer.known);
  }
  return known;
};
