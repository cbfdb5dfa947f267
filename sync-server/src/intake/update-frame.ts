/**
 * The one kind of frame that comes thousands of times: an update of an attached document. As the engine's clients write
 * it: address, message type, sync type, update, the address and the update each behind their length. [SYN-11]
 */
import * as decoding from 'lib0/decoding';

const MESSAGE_SYNC = 0;
const SYNC_UPDATE = 2;

export interface UpdateFrame {
  readonly address: string;
  /** A view on the frame. */
  readonly update: Uint8Array;
}

/** Null for every other frame, and for one that is not exactly an update: those are the engine's to judge. */
export const readUpdateFrame = (frame: Uint8Array): UpdateFrame | null => {
  const typeAt = 1 + (frame[0] ?? 0);
  if (frame[typeAt] !== MESSAGE_SYNC || frame[typeAt + 1] !== SYNC_UPDATE) return null;
  try {
    const decoder = decoding.createDecoder(frame);
    const address = decoding.readVarString(decoder);
    decoder.pos = typeAt + 2;
    const update = decoding.readVarUint8Array(decoder);
    return decoding.hasContent(decoder) ? null : { address, update };
  } catch {
    return null; // shorter than it says: the engine closes the document for it
  }
};
