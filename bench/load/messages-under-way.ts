/** Messages between being sent and being everywhere: who has them, since when, and what became of them. */
import { createLatencies } from './latencies.ts';

export interface PhaseCount {
  readonly messages: number;
  readonly deliveries: number;
  /** Neither stored nor everywhere after so long that nobody would wait. */
  readonly lost: number;
  readonly refused: number;
  /** Buckets of `Latencies`. */
  readonly delivery: readonly number[];
  readonly stored: readonly number[];
}

export interface OutgoingMessage {
  readonly seq: number;
  readonly eventId: string;
  readonly receivers: number;
  readonly sender: object;
  /** It is stored and everywhere, or given up. */
  readonly onSettled: () => void;
}

export interface MessagesUnderWay {
  /** How many are not stored, or not yet with everybody. */
  count(): number;
  /** The number of the next message. */
  next(): number;
  sent(message: OutgoingMessage): void;
  delivered(seq: number, to: object): void;
  stored(eventId: string): void;
  refused(): void;
  /** Gives up what is overdue. */
  sweep(): void;
  /** Since the last time. */
  take(): PhaseCount;
}

interface Message extends Omit<OutgoingMessage, 'eventId' | 'receivers'> {
  readonly sentAt: number;
  missing: number;
  isStored: boolean;
}

const LOST_MS = 15_000;

export const createMessagesUnderWay = (onDone: () => void): MessagesUnderWay => {
  const bySeq = new Map<number, Message>();
  const byEvent = new Map<string, Message>();
  let seq = 0;
  let counted = { messages: 0, deliveries: 0, lost: 0, refused: 0 };
  let [delivery, durable] = [createLatencies(), createLatencies()];

  const end = (message: Message): void => {
    bySeq.delete(message.seq);
    message.onSettled();
    onDone();
  };
  const settle = (message: Message): void => {
    if (message.missing > 0 || !message.isStored) return;
    counted.messages++;
    end(message);
  };
  return {
    count: () => bySeq.size,
    next: () => seq++,
    sent: ({ eventId, receivers, ...outgoing }) => {
      const message = { ...outgoing, sentAt: performance.now(), missing: receivers, isStored: false };
      bySeq.set(message.seq, message);
      byEvent.set(eventId, message);
    },
    delivered: (seq, to) => {
      const message = bySeq.get(seq);
      if (message === undefined || message.sender === to) return;
      delivery.record(performance.now() - message.sentAt);
      counted.deliveries++;
      message.missing--;
      settle(message);
    },
    stored: (eventId) => {
      const message = byEvent.get(eventId);
      if (message === undefined) return;
      byEvent.delete(eventId);
      durable.record(performance.now() - message.sentAt);
      message.isStored = true;
      settle(message);
    },
    refused: () => void counted.refused++,
    sweep: () => {
      for (const message of bySeq.values()) {
        if (performance.now() - message.sentAt < LOST_MS) break; // in the order in which they were sent
        counted.lost++;
        end(message);
      }
    },
    take: () => {
      const count = { ...counted, delivery: delivery.counts(), stored: durable.counts() };
      counted = { messages: 0, deliveries: 0, lost: 0, refused: 0 };
      [delivery, durable] = [createLatencies(), createLatencies()];
      return count;
    },
  };
};
