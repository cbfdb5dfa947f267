/** Tells a device what is durable of what it wrote: event ids with their arrivals, once a turn. [ACK-1] */
import type { EventId } from '@kith/schema/ids';
import { type Peer, sendMessage } from '../live/peer.ts';
import type { JournalRow } from '../storage/document-store.ts';
import { createTurnBatch } from './turn-batch.ts';

export interface Acks {
  /** A row without events is acknowledged too, with an empty list. */
  add(peer: Peer, row: JournalRow): void;
}

export const createAcks = (): Acks => {
  const batch = createTurnBatch<Peer, [EventId, number]>((eventsByPeer) => {
    for (const [peer, events] of eventsByPeer) sendMessage(peer, { type: 'stored', events: [...events] });
  });
  return {
    add: (peer, row) =>
      batch.add(
        peer,
        row.events.map(({ eventId }, i) => [eventId, row.arrival + i]),
      ),
  };
};
