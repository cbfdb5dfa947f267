/**
 * The one kind of frame that comes thousands of times: an update of an attached document. Behind the address stand message
 * type, sync type, and the update behind its length. [SYN-11]
 */
import * as decoding from 'lib0/decoding';

const MESSAGE_SYNC = 0;
const SYNC_UPDATE = 2;

/**
 * A view on the frame, which begins with an address. Null for every other frame, and for one that is not exactly an
 * update: those are the engine's to judge.
 */
export const readUpdate = (frame: Uint8Array): Uint8Array | null => {
  const typeAt = 1 + (frame[0] ?? 0);
  if (frame[typeAt] !== MESSAGE_SYNC || frame[typeAt + 1] !== SYNC_UPDATE) return null;
  const decoder = decoding.createDecoder(frame);
  decoder.pos = typeAt + 2;
  try {
    const update = decoding.readVarUint8Array(decoder);
    return decoding.hasContent(decoder) ? null : update;
  } catch {
    return null; // shorter than it says: the engine closes the document for it
  }
};
