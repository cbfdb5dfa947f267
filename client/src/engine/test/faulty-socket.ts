/** A WebSocket whose frames a test can change or lose, in both directions. */
import { createDecoder, readVarString, readVarUint } from 'lib0/decoding';
import { createEncoder, toUint8Array, writeVarString, writeVarUint } from 'lib0/encoding';

export interface Faults {
  /** Text of a stateless message on its way in; null loses it. */
  incoming?(document: string, text: string): string | null;
  /** What a document is told of changes; false loses it. */
  incomingSync?(document: string): boolean;
  /** Whole frames on their way out; false loses them. */
  outgoing?(document: string, frame: { readonly type: number; readonly syncType: number | null }): boolean;
}

const SYNC = 0;
const STATELESS = 5;

export const faultySocket = (faults: Faults): typeof WebSocket =>
  class extends WebSocket {
    override send(data: Parameters<WebSocket['send']>[0]): void {
      const decoder = createDecoder(data as Uint8Array);
      const document = readVarString(decoder).split('\0')[0] ?? '';
      const type = readVarUint(decoder);
      const syncType = type === SYNC ? readVarUint(decoder) : null;
      if (faults.outgoing?.(document, { type, syncType }) !== false) super.send(data);
    }

    override addEventListener(type: string, listener: unknown, options?: unknown): void {
      const call = listener as (event: unknown) => void;
      const heard = type === 'message' ? (event: MessageEvent) => deliver(faults, event, call) : call;
      super.addEventListener(type as 'message', heard, options as AddEventListenerOptions);
    }
  } as typeof WebSocket;

const deliver = (faults: Faults, event: MessageEvent, listener: (event: unknown) => void): void => {
  const data = new Uint8Array(event.data as ArrayBuffer);
  const decoder = createDecoder(data);
  const key = readVarString(decoder);
  const document = key.split('\0')[0] ?? '';
  const type = readVarUint(decoder);
  if (type === SYNC && faults.incomingSync?.(document) === false) return;
  if (type !== STATELESS) {
    listener(event);
    return;
  }
  const text = readVarString(decoder);
  const changed = faults.incoming ? faults.incoming(document, text) : text;
  if (changed === null) return;
  const encoder = createEncoder();
  writeVarString(encoder, key);
  writeVarUint(encoder, STATELESS);
  writeVarString(encoder, changed);
  listener({ data: toUint8Array(encoder).slice().buffer });
};
