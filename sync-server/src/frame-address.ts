/**
 * The first thing in every frame is the address: a document's name, and behind a zero the session of the provider. Looked
 * at before Hocuspocus does, which keeps connections in plain objects under this text and prints what it cannot read. [SYN-9]
 */
const ZERO = 0;
const SLASH = 47;
/** Longer than any document's name with a session: `conversation/<22>/<9>` and some 12 characters. */
const MAX_ADDRESS_BYTES = 100;

/** The address when it is of printable ASCII, could be a document's, and has something behind it; else null. */
export const addressOf = (frame: Uint8Array): string | null => {
  const length = frame[0] ?? 0; // a length of one byte: below 128
  if (length === 0 || length > MAX_ADDRESS_BYTES || frame.length < length + 2) return null;
  let hasSlash = false; // as every document's name has, and nothing that every object has
  let address = '';
  for (let i = 1; i <= length; i++) {
    const byte = frame[i] ?? ZERO;
    if ((byte < 33 || byte > 126) && byte !== ZERO) return null;
    if (byte === SLASH) hasSlash = true;
    address += String.fromCharCode(byte);
  }
  return hasSlash ? address : null;
};
