/**
 * Takes updates straight from the socket, past the engine's chain of hooks: all that wait for a document are looked up
 * at once and handled in order. Nothing overtakes what the engine has not handled yet. [SYN-11]
 *
 *   frame ──▶ waiting ──(ids of all that wait are looked up)──▶ checked and applied, one by one
 */
import type { Updates } from '../extensions/updates.ts';
import type { DocumentPeer } from '../live/peer.ts';
import { readUpdate } from './update-frame.ts';

export interface Intake {
  /** False when the frame is the engine's to handle. */
  take(peer: DocumentPeer, frame: Uint8Array): boolean;
  /** Updates of this connection that are not handled yet. */
  waiting(peer: DocumentPeer): number;
}

interface IntakeDeps {
  readonly updates: Updates;
  /** Has the engine messages of this connection that it has not handled yet? */
  readonly isBusy: (peer: DocumentPeer) => boolean;
}

export const createIntake = ({ updates, isBusy }: IntakeDeps): Intake => {
  const waitingByPeer = new WeakMap<DocumentPeer, Uint8Array[]>();

  const run = async (peer: DocumentPeer, waiting: Uint8Array[]): Promise<void> => {
    await Promise.resolve(); // the frames that came in one piece are read first
    while (waiting.length > 0) {
      const together = waiting.slice();
      await updates.handle(peer, together, 'update');
      waiting.splice(0, together.length);
    }
    waitingByPeer.delete(peer);
  };

  return {
    take: (peer, frame) => {
      const update = readUpdate(frame);
      if (update === null) return false;
      const waiting = waitingByPeer.get(peer);
      if (waiting !== undefined) waiting.push(update);
      else if (isBusy(peer)) return false;
      else {
        const first = [update];
        waitingByPeer.set(peer, first);
        void run(peer, first);
      }
      return true;
    },
    waiting: (peer) => waitingByPeer.get(peer)?.length ?? 0,
  };
};
