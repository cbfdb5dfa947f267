/**
 * Who may open which document: a document token of this conversation or account, or the ticket with which the socket was
 * opened, and membership now. The same is asked again at every message; a token is renewed over the open socket.
 * [SYN-2] [SYN-3] [SYN-5] [LIM-3] [LIM-4] [FRN-6]
 */
import type { TokenVerifier } from '@kith/auth/token-verifier';
import type { ConversationDirectory } from '@kith/schema/conversation-directory';
import { type DocName, journalOf, parseDocName } from '@kith/schema/doc-name';
import type { AccountId } from '@kith/schema/ids';
import { LIMITS } from '@kith/schema/limits';
import { can } from '@kith/schema/policy/can';
import type { DocumentClaims, Scope } from '@kith/schema/token-claims';
import type { Limited } from '@kith/schema/wire-error';
import type { Grant } from '../foreign/tickets.ts';
import type { Limiter } from '../limits/limiter.ts';
import type { SocketLimits } from '../limits/socket-limits.ts';
import type { EndedDevices } from '../live/ended-devices.ts';
import { HookRefusal, type PeerContext, type PeerSession, type SocketContext } from '../live/peer.ts';
import type { Membership } from '../membership/membership.ts';
import type { ConversationSegments } from '../segments/conversation-segments.ts';

/** How long a connection outlives its token, for a renewal under way. */
export const RENEWAL_GRACE_MS = 30_000;
/** The only one so far. */
const ACCOUNT_GENERATION = 1;

interface AuthenticateDeps {
  readonly tokens: Pick<TokenVerifier, 'verifyDocument'>;
  readonly directory: Pick<ConversationDirectory, 'session'>;
  readonly membership: Membership;
  readonly segments: ConversationSegments;
  readonly ended: EndedDevices;
  readonly attaches: Limiter;
  readonly sockets: Pick<SocketLimits, 'joined'>;
  readonly clock: { now(): number };
}

/** Nobody knows when the device lets go of a document. */
const SOCKET_FULL: Limited = { limit: 'documents', retryAfterMs: 10_000 };

export const createAuthenticateExtension = (deps: AuthenticateDeps) => {
  const { tokens, directory, membership, segments, ended, clock } = deps;
  const verify = async (token: string): Promise<DocumentClaims> => {
    const claims = await orUnavailable(tokens.verifyDocument(token));
    if (!claims.ok) throw new HookRefusal(claims.error.type);
    const { device, exp } = claims.value;
    const isSignedIn = (await orUnavailable(directory.session(device))) !== null;
    if (!isSignedIn || ended.refuses(device, exp, LIMITS.documentTokenSeconds)) throw new HookRefusal('session-ended');
    return claims.value;
  };

  const sessionOfToken = async (token: string, name: DocName): Promise<PeerSession> => {
    const claims = await verify(token);
    const journal = journalOf(name);
    if (claims.doc !== journal) throw new HookRefusal('token-invalid');
    const { sub: account, device, scope, perm, exp } = claims;
    return { account, device, scope, name, journal, perm, expiresAtMs: exp * 1_000 };
  };

  /** The role alone says whether it may write. */
  const sessionOfGrant = async ({ account, device, session, name, expiresAtMs }: Grant): Promise<PeerSession> => {
    if ((await orUnavailable(directory.session(device))) !== session) throw new HookRefusal('session-ended');
    return { account, device, scope: 'default', name, journal: journalOf(name), perm: 'write', expiresAtMs };
  };

  const fault = (session: PeerSession): 'token-expired' | 'session-ended' | 'not-member' | null => {
    if (clock.now() > session.expiresAtMs + RENEWAL_GRACE_MS) return 'token-expired';
    const { device, expiresAtMs } = session;
    if (ended.refuses(device, expiresAtMs / 1_000, LIMITS.documentTokenSeconds)) return 'session-ended';
    if (session.name.type === 'account') return null;
    return can(membership.role(session.name.conversation, session.account), 'read') ? null : 'not-member';
  };

  return {
    /** Null while the session may go on. */
    fault,

    onAuthenticate: async (payload: {
      documentName: string;
      token: string;
      context: { readonly socket: SocketContext };
    }): Promise<Pick<PeerContext, 'session'>> => {
      const name = parseDocName(payload.documentName);
      if (name === null) throw new HookRefusal('document-unknown');
      const { socket } = payload.context;
      const { peers, grant } = socket;
      if (peers.size >= LIMITS.documentsPerSocket) throw new HookRefusal('rate-limited', SOCKET_FULL);
      const session = grant === undefined ? await sessionOfToken(payload.token, name) : await sessionOfGrant(grant);
      const crowded = deps.sockets.joined(socket, session.account);
      if (crowded !== null) throw new HookRefusal('rate-limited', crowded);
      await orUnavailable(assertExists(deps, name, session.account));
      const scope = scopeOf(segments, session);
      if (scope !== 'bulk') await orUnavailable(takeAttach(deps.attaches, session.account));
      return { session: { ...session, scope } };
    },

    beforeHandleMessage: async ({ context }: { context: PeerContext }): Promise<void> => {
      const reason = fault(context.session);
      if (reason !== null) throw new HookRefusal(reason);
    },

    /** Changes the session in place: the engine hands the old context to some hooks and a new one to others. */
    onTokenSync: async ({
      token,
      connection,
    }: {
      token: string;
      connection: { context: PeerContext };
    }): Promise<void> => {
      const { session } = connection.context;
      const claims = await verify(token);
      const isSame =
        claims.sub === session.account && claims.device === session.device && claims.doc === session.journal;
      if (!isSame) throw new HookRefusal('token-invalid');
      session.perm = claims.perm;
      session.expiresAtMs = claims.exp * 1_000;
    },
  };
};

const assertExists = async (
  { membership, segments }: AuthenticateDeps,
  name: DocName,
  account: AccountId,
): Promise<void> => {
  if (name.type === 'account') {
    if (name.account !== account || name.generation !== ACCOUNT_GENERATION) throw new HookRefusal('document-unknown');
    return;
  }
  const record = await membership.get(name.conversation);
  if (record === null) throw new HookRefusal('document-unknown');
  if (!can(record.roleByAccount.get(account) ?? null, 'read')) throw new HookRefusal('not-member');
  const known = await segments.load(name.conversation);
  if (name.type === 'segment' && known[name.n - 1] === undefined) throw new HookRefusal('document-unknown');
};

/** A bulk token lifts limits where an import goes, and not where people talk. */
const scopeOf = (segments: ConversationSegments, { name, account, device, scope }: PeerSession): Scope => {
  const importer = name.type === 'segment' ? segments.find(name.conversation, name.n)?.importer : null;
  return scope === 'bulk' && importer === `${account}/${device}` ? 'bulk' : 'default';
};

const takeAttach = async (attaches: Limiter, account: AccountId): Promise<void> => {
  const { isAllowed, retryAfterMs } = await attaches.take(account, 1);
  if (!isAllowed) throw new HookRefusal('rate-limited', { limit: 'attaches', retryAfterMs });
};

/** What fails for reasons of our own must not look like a verdict about the person. */
const orUnavailable = async <T>(work: Promise<T>): Promise<T> => {
  try {
    return await work;
  } catch (cause) {
    throw cause instanceof HookRefusal ? cause : new HookRefusal('unavailable');
  }
};
