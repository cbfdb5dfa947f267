/**
 * The first thing in every frame is the address: a document's name, and behind a zero the session of the provider. Looked
 * at before Hocuspocus does, which keeps connections in plain objects under this text and prints what it cannot read. [SYN-9]
 */
const ZERO = 0;
const SLASH = 47;
/** Longer than any document's name with a session: `conversation/<22>/<9>` and some 12 characters. */
const MAX_ADDRESS_BYTES = 100;

/** Is there an address of printable ASCII that could be a document's, with something behind it? */
export const hasAddress = (frame: Uint8Array): boolean => {
  const length = frame[0] ?? 0; // a length of one byte: below 128
  if (length === 0 || length > MAX_ADDRESS_BYTES || frame.length < length + 2) return false;
  let hasSlash = false; // as every document's name has, and nothing that every object has
  for (let i = 1; i <= length; i++) {
    const byte = frame[i] ?? ZERO;
    if ((byte < 33 || byte > 126) && byte !== ZERO) return false;
    if (byte === SLASH) hasSlash = true;
  }
  return hasSlash;
};
