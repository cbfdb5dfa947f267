/** What devices say beside the documents: heartbeats and receipts, on the channel only. Never throws. [SYN-6] [RCP-1] */
import { parseClientMessage } from '@kith/schema/sync-message';
import type { Limited, WireErrorCode } from '@kith/schema/wire-error';
import { createTokenBucket, type TokenBucket } from '../channels/token-bucket.ts';
import { type Peer, type PeerSession, sendMessage } from '../live/peer.ts';
import type { Log } from '../log.ts';
import type { Receipts } from '../receipts/receipts.ts';

/** Stateless messages of one connection; an honest device sends a heartbeat every few seconds and receipts once a turn. */
const RATE = { perSecond: 20, burst: 100 };

interface ChannelDeps {
  readonly receipts: Receipts;
  readonly clock: { now(): number };
  readonly log: Log;
}

export const createChannelExtension = ({ receipts, clock, log }: ChannelDeps) => {
  const bucketBySession = new WeakMap<PeerSession, TokenBucket>();

  const waitMs = (session: PeerSession): number => {
    const bucket = bucketBySession.get(session) ?? createTokenBucket(RATE);
    bucketBySession.set(session, bucket);
    return bucket.take(clock.now());
  };

  const handle = async (peer: Peer, text: string): Promise<void> => {
    const { session } = peer.context;
    const retryAfterMs = waitMs(session);
    if (retryAfterMs > 0) return reject(peer, 'rate-limited', 'messages', { limit: 'messages', retryAfterMs });
    const message = parseClientMessage(text);
    if (!message.ok) return reject(peer, 'bad-request', message.error.detail);
    if (session.name.type !== 'account') return reject(peer, 'bad-request', 'not the channel');
    if (message.value.type === 'heartbeat') return sendMessage(peer, { type: 'heartbeat' });
    await receipts.take(session, message.value.receipts);
  };

  return {
    onStateless: async ({ connection, payload }: { connection: Peer; payload: string }): Promise<void> => {
      try {
        await handle(connection, payload);
      } catch (cause) {
        // receipts that were not stored: the device says them again with its next ones
        log.warn('a message of a device was not handled', { cause });
        reject(connection, 'unavailable', 'not stored');
      }
    },
  };
};

const reject = (peer: Peer, code: WireErrorCode, detail: string, limited?: Limited): void =>
  sendMessage(peer, { type: 'rejected', code, eventIds: [], detail, ...limited });
