/**
 * The updates that come in through the engine: those of a sync step 2, and those that wait behind one. The engine reads
 * an empty update afterwards: the payload is a view on its message, and is overwritten with zeros. [GRD-16]
 */
import { createTokenBucket, type TokenBucket } from '../channels/token-bucket.ts';
import { type DocumentPeer, HookRefusal, type Peer, type PeerSession } from '../live/peer.ts';
import type { Updates } from './updates.ts';

const SYNC_STEP_1 = 0;
const SYNC_STEP_2 = 1;
const SYNC_UPDATE = 2;
/** A sync step 1 makes the server encode everything the sender lacks. */
const STEP_1_RATE = { perSecond: 1, burst: 10 };

interface GuardDeps {
  readonly updates: Updates;
  readonly clock: { now(): number };
}

export interface SyncPayload {
  readonly type: number;
  readonly payload: Uint8Array;
  readonly connection: DocumentPeer;
}

export const createGuardExtension = ({ updates, clock }: GuardDeps) => {
  const bucketBySession = new WeakMap<PeerSession, TokenBucket>();

  const assertStep1Allowed = ({ context: { session } }: Peer): void => {
    if (session.scope === 'bulk') return;
    const bucket = bucketBySession.get(session) ?? createTokenBucket(STEP_1_RATE);
    bucketBySession.set(session, bucket);
    const retryAfterMs = bucket.take(clock.now());
    if (retryAfterMs > 0) throw new HookRefusal('rate-limited', { limit: 'syncs', retryAfterMs });
  };

  return {
    beforeSync: async ({ type, payload, connection }: SyncPayload): Promise<void> => {
      if (type === SYNC_STEP_1) return assertStep1Allowed(connection);
      // of any other type the engine closes the document
      if ((type !== SYNC_STEP_2 && type !== SYNC_UPDATE) || isEmptyUpdate(payload)) return;
      try {
        await updates.handle(connection, [payload], type === SYNC_STEP_2 ? 'step2' : 'update');
      } finally {
        payload.fill(0);
      }
    },
  };
};

const isEmptyUpdate = (update: Uint8Array): boolean => update.length === 2 && update[0] === 0 && update[1] === 0;
