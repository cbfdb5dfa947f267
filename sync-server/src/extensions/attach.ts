/** What a device is told when a document opens for it, and the book-keeping of who is attached. Never throws. [SYN-6] */
import type { WireErrorCode } from '@kith/schema/wire-error';
import type { Channels } from '../channels/channels.ts';
import type { Journals } from '../journal/journals.ts';
import type { Attachments } from '../live/attachments.ts';
import type { LiveDocument, LiveDocuments } from '../live/live-documents.ts';
import { closePeer, type DocumentPeer, type Peer, type PeerSession, sendMessage } from '../live/peer.ts';
import type { Log } from '../log.ts';

interface AttachDeps {
  readonly live: LiveDocuments;
  readonly attachments: Attachments;
  readonly channels: Channels;
  readonly journals: Journals;
  readonly sessionFault: (session: PeerSession) => WireErrorCode | null;
  readonly clock: { now(): number };
  readonly log: Log;
}

export interface AttachedPeer extends DocumentPeer {
  readonly document: LiveDocument & { hasConnection(peer: Peer): boolean };
}

export const createAttachExtension = (deps: AttachDeps) => {
  const { live, attachments, channels, journals, sessionFault, clock, log } = deps;
  const peerBySession = new WeakMap<PeerSession, Peer>();
  let connections = 0;

  const attach = async (peer: AttachedPeer, documentName: string): Promise<void> => {
    const { session, socket } = peer.context;
    // asked again: loading took a while, and nobody closes what is not in the book yet
    const fault = sessionFault(session);
    if (fault !== null) return closePeer(peer, fault);
    const state = live.find(documentName);
    // null, or another: it left memory between being asked for and this connection's getting it
    if (state?.document !== peer.document || state.isAbandoned) return closePeer(peer, 'unavailable');
    const issued = state.clientIds.issue(session, String(connections++), socket.grant?.clientId);
    if (!issued.ok) return closePeer(peer, issued.error.type);
    attachments.add(peer);
    peerBySession.set(session, peer);
    const { incarnation } = await journals.position(state.journal);
    sendMessage(peer, { type: 'attached', clientId: issued.value, incarnation, serverTimeMs: clock.now() });
    if (session.name.type !== 'account' || !attachments.has(session)) return;
    channels.add(peer);
    if (journals.state === 'failing') sendMessage(peer, { type: 'storage', state: 'failing' });
  };

  return {
    connected: async ({
      connection,
      documentName,
    }: {
      connection: AttachedPeer;
      documentName: string;
    }): Promise<void> => {
      // closed again before the engine came to say that it is open: nobody would take it out of the book
      if (!connection.document.hasConnection(connection)) return;
      try {
        await attach(connection, documentName);
      } catch (cause) {
        log.error('a document could not be attached', { documentName, cause });
        closePeer(connection, 'internal');
      }
    },

    onDisconnect: async ({ context }: { context: { readonly session?: PeerSession } }): Promise<void> => {
      const { session } = context;
      const peer = session && peerBySession.get(session);
      if (session === undefined || peer === undefined) return;
      attachments.remove(session);
      channels.remove(peer);
    },
  };
};
