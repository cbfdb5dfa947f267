/**
 * A WebSocket frame of a server with a whole binary message: not masked, not compressed, head and message in one buffer.
 * `ws` hands the kernel two buffers a message, which costs a sixth of what it takes to tell a room something; between
 * its own messages, none of which is compressed or in parts, such a frame may stand. (RFC 6455, section 5.2) [SYN-13]
 */

const FINAL_BINARY = 0x82;
/** Above these the head has two or eight bytes more; no frame of ours needs eight. */
const SHORT_MAX = 125;
const EXTENDED = 126;
const EXTENDED_MAX = 0xffff;

export interface Frames {
  /** What is longer is not copied for the sake of one call less. */
  readonly maxBytes: number;
  /** Remembers the last one, as the same message goes to many in turn. Neither may be changed afterwards. */
  of(message: Uint8Array): Uint8Array;
}

export const createFrames = (): Frames => {
  let lastMessage: Uint8Array | null = null;
  let lastFrame = new Uint8Array();
  return {
    maxBytes: EXTENDED_MAX,
    of: (message) => {
      if (message !== lastMessage) [lastMessage, lastFrame] = [message, encodeFrame(message)];
      return lastFrame;
    },
  };
};

const encodeFrame = (message: Uint8Array): Uint8Array<ArrayBuffer> => {
  const isShort = message.length <= SHORT_MAX;
  const head = isShort
    ? [FINAL_BINARY, message.length]
    : [FINAL_BINARY, EXTENDED, message.length >> 8, message.length & 0xff];
  const frame = Buffer.allocUnsafeSlow(head.length + message.length);
  frame.set(head);
  frame.set(message, head.length);
  return frame;
};
