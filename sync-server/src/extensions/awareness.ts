/**
 * Presence and typing, on heads only: every state is rewritten from the token, one per connection, and a client id that
 * another connection holds is left alone. Too many people online, too large, too often: dropped, because the next state
 * replaces it anyway; whoever is too often is told once. [AWR-1] [AWR-2] [AWR-3] [LIM-3]
 */
import { parseDocName } from '@kith/schema/doc-name';
import { LIMITS } from '@kith/schema/limits';
import { createTokenBucket, type TokenBucket } from '../channels/token-bucket.ts';
import { type Peer, type PeerSession, sendMessage } from '../live/peer.ts';

type States = Map<number, Record<string, unknown>>;

export interface AwarenessPayload {
  readonly states: States;
  readonly document: { readonly connections: ReadonlyMap<unknown, { readonly clients: ReadonlySet<number> }> };
  readonly connection?: Peer | undefined;
}

export interface LoadedPayload {
  /** Of y-protocols' Awareness. */
  readonly document: { readonly awareness: { readonly _checkInterval: NodeJS.Timeout } };
  readonly documentName: string;
}

export const createAwarenessExtension = ({ clock }: { readonly clock: { now(): number } }) => {
  const bucketBySession = new WeakMap<PeerSession, TokenBucket>();

  const told = new WeakSet<PeerSession>();

  const isTooOften = (peer: Peer): boolean => {
    const { session } = peer.context;
    const rate = { perSecond: LIMITS.awarenessPerSecond, burst: LIMITS.awarenessPerSecond };
    const bucket = bucketBySession.get(session) ?? createTokenBucket(rate);
    bucketBySession.set(session, bucket);
    const retryAfterMs = bucket.take(clock.now());
    if (retryAfterMs === 0) told.delete(session);
    else if (!told.has(session)) {
      told.add(session);
      sendMessage(peer, { type: 'rejected', code: 'rate-limited', eventIds: [], limit: 'presence', retryAfterMs });
    }
    return retryAfterMs > 0;
  };

  return {
    /** Where nobody is present nobody need be looked for every few seconds, in each of thousands of documents. */
    afterLoadDocument: async ({ document, documentName }: LoadedPayload): Promise<void> => {
      if (parseDocName(documentName)?.type !== 'head') clearInterval(document.awareness._checkInterval);
    },

    beforeHandleAwareness: async ({ states, document, connection }: AwarenessPayload): Promise<void> => {
      const session = connection?.context.session;
      const clientId = session?.name.type === 'head' ? ownClientId(states, document.connections, connection) : null;
      const state = clientId === null ? undefined : states.get(clientId);
      const isCrowded = document.connections.size > LIMITS.presenceMembers;
      states.clear();
      if (connection === undefined || session === undefined || clientId === null || state === undefined) return;
      if (isCrowded || isTooLarge(state) || isTooOften(connection)) return;
      states.set(clientId, { account: session.account, device: session.device, typing: state['typing'] === true });
    },
  };
};

/**
 * The id this connection speaks under: the one it has, else the first that nobody holds. Empty states are the engine's
 * own, and none of the client's business.
 */
const ownClientId = (
  states: States,
  connections: AwarenessPayload['document']['connections'],
  connection: unknown,
): number | null => {
  const [held] = connections.get(connection)?.clients ?? [];
  const isFree = (id: number): boolean => [...connections.values()].every(({ clients }) => !clients.has(id));
  for (const [id, state] of states) {
    if (Object.keys(state).length === 0) continue;
    if (held === undefined ? isFree(id) : id === held) return id;
  }
  return null;
};

const isTooLarge = (state: Record<string, unknown>): boolean => JSON.stringify(state).length > LIMITS.awarenessBytes;
