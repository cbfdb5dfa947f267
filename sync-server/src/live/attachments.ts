/** Which peers are attached to which journal's documents: for removals, ended devices and expired tokens. [SYN-4] */
import type { JournalName } from '@kith/schema/doc-name';
import type { AccountId, DeviceId } from '@kith/schema/ids';
import type { DocumentPeer, Peer, PeerSession } from './peer.ts';

export interface Attachments {
  add(peer: DocumentPeer): void;
  remove(session: PeerSession): void;
  has(session: PeerSession): boolean;
  of(journal: JournalName): readonly Peer[];
  ofDevice(account: AccountId, device: DeviceId): readonly Peer[];
  all(): readonly Peer[];
}

export const createAttachments = (): Attachments => {
  const peersByJournal = new Map<JournalName, Map<PeerSession, DocumentPeer>>();
  const all = (): Peer[] => [...peersByJournal.values()].flatMap((peers) => [...peers.values()]);

  return {
    add: (peer) => {
      const { session, socket } = peer.context;
      const peers = peersByJournal.get(session.journal) ?? new Map<PeerSession, DocumentPeer>();
      peersByJournal.set(session.journal, peers.set(session, peer));
      socket.peers.set(peer.messageAddress, peer);
    },
    remove: (session) => {
      const peers = peersByJournal.get(session.journal);
      const peer = peers?.get(session);
      if (peers === undefined || peer === undefined) return;
      const { peers: onSocket } = peer.context.socket;
      if (onSocket.get(peer.messageAddress) === peer) onSocket.delete(peer.messageAddress);
      peers.delete(session);
      if (peers.size === 0) peersByJournal.delete(session.journal);
    },
    has: (session) => peersByJournal.get(session.journal)?.has(session) ?? false,
    of: (journal) => [...(peersByJournal.get(journal)?.values() ?? [])],
    ofDevice: (account, device) =>
      all().filter(({ context: { session } }) => session.account === account && session.device === device),
    all,
  };
};
