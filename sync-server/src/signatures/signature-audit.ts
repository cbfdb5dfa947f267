/**
 * Looks at the signatures of what is stored and acknowledged already, beside everything else. An event whose signature
 * does not hold is removed by the server, its id stays taken, and its device is flagged: after a few of them it writes
 * nothing more until the process ends. [SIG-2] [SIG-3]
 */
import type { ConversationId, DeviceId } from '@kith/schema/ids';
import type { Log } from '../log.ts';
import type { Timers } from '../timers.ts';
import type { LoggedEvent, LoggedEvents } from './logged-events.ts';
import type { Signatures } from './signatures.ts';

export interface StoredBatch {
  readonly conversation: ConversationId;
  readonly document: string;
  readonly events: readonly LoggedEvent[];
}

export interface SignatureAudit {
  /** Never throws; the work is done later. */
  add(batch: StoredBatch): void;
  /** Has this device written too many events that it did not sign? */
  isFlagged(device: DeviceId): boolean;
  /** Events removed. */
  readonly removed: number;
  /** Looks at what was added without rest; resolves when that is done. */
  finish(): Promise<void>;
  /** Looks at nothing more. */
  close(): void;
}

interface AuditDeps {
  readonly signatures: Signatures;
  readonly logged: LoggedEvents;
  readonly clock: { now(): number };
  readonly timers: Timers;
  readonly log: Log;
  /** Events; beyond these a document is read again as a whole, later: what waits must not fill the memory. */
  readonly maxWaiting?: number;
}

const BAD_BEFORE_FLAG = 3;
const RETRY_MS = 1_000;
const MAX_WAITING = 2_000;
/** Events of one document that are looked at together. */
const TOGETHER = 50;
/** It rests nine times as long as it worked: a signature takes longer to check than everything else about an event. */
const REST_FACTOR = 9;

export const createSignatureAudit = (deps: AuditDeps): SignatureAudit => {
  const { signatures, logged, clock, timers, log, maxWaiting = MAX_WAITING } = deps;
  const removedByDevice = new Map<DeviceId, number>();
  const waiting = createWaiting();
  const wholeDocuments = new Map<string, ConversationId>();
  let running: Promise<void> | null = null;
  let removed = 0;
  let isClosed = false;
  const rests = createRests(timers);

  const next = async (): Promise<StoredBatch | null> => {
    const batch = waiting.next();
    if (batch !== null) return batch;
    for (const [document, conversation] of wholeDocuments) {
      const events = await logged.read(document);
      wholeDocuments.delete(document);
      return { conversation, document, events };
    }
    return null;
  };

  const audit = async ({ conversation, document, events }: StoredBatch): Promise<void> => {
    const verdicts = await signatures.check(conversation, events);
    const forged = events.filter((_, i) => verdicts[i] === 'bad');
    if (forged.length === 0) return;
    await logged.remove(document, forged);
    for (const { account, device, eventId } of forged) {
      removed++;
      removedByDevice.set(device, (removedByDevice.get(device) ?? 0) + 1);
      log.warn('a signature does not hold: the event is removed', { account, device, document, eventId });
    }
  };

  const run = async (): Promise<void> => {
    let worked = 0;
    while (!isClosed) {
      // after everything that this turn brought
      await new Promise<void>((resolve) => void setImmediate(resolve));
      if (worked > 0) await rests.rest(worked * REST_FACTOR);
      const began = clock.now();
      let batch: StoredBatch | null = null;
      try {
        batch = await next();
        if (batch === null) break;
        await audit(batch);
        worked = clock.now() - began;
      } catch (cause) {
        log.warn('signatures could not be checked', { document: batch?.document, cause });
        if (batch !== null) waiting.add(batch);
        await new Promise<void>((resolve) => void timers.after(RETRY_MS, resolve));
      }
    }
    const isMore = waiting.events + wholeDocuments.size > 0 && !isClosed;
    running = isMore ? run() : null;
  };

  return {
    add: (batch) => {
      if (waiting.events < maxWaiting) waiting.add(batch);
      else wholeDocuments.set(batch.document, batch.conversation);
      running ??= run();
    },
    isFlagged: (device) => (removedByDevice.get(device) ?? 0) >= BAD_BEFORE_FLAG,
    get removed() {
      return removed;
    },
    finish: async () => {
      rests.end();
      await running;
    },
    close: () => {
      isClosed = true;
    },
  };
};

/** One rest at a time, and none any more once they were ended. */
const createRests = (timers: Timers) => {
  let isEnded = false;
  let wake = (): void => {};
  return {
    rest: (ms: number): Promise<void> =>
      new Promise((resolve) => {
        wake = resolve;
        if (isEnded) resolve();
        else timers.after(ms, resolve);
      }),
    end: (): void => {
      isEnded = true;
      wake();
    },
  };
};

/** What is looked at next, in order, neighbours of one document together. */
const createWaiting = () => {
  const batches: StoredBatch[] = [];
  let count = 0;
  return {
    add: (batch: StoredBatch): void => {
      batches.push(batch);
      count += batch.events.length;
    },
    next: (): StoredBatch | null => {
      const first = batches.shift();
      if (first === undefined) return null;
      const events = [...first.events];
      while (batches[0]?.document === first.document && events.length < TOGETHER)
        events.push(...(batches.shift()?.events ?? []));
      count -= events.length;
      return { ...first, events };
    },
    get events() {
      return count;
    },
  };
};
