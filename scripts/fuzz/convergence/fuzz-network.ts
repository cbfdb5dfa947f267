/**
 * What lies between a device and the server, in the hands of a test: frames take their time, come twice, or no more; a
 * device may be told a client id that the server did not give out, so that what it writes under it is refused.
 */

import type { SeededRandom } from '@kith/sync-server/guard-fuzzers';
import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import { WebSocket } from 'ws';

export interface FuzzNetwork {
  readonly WebSocket: typeof globalThis.WebSocket;
  /** Both ways; frames under way are lost. Nobody is told. */
  isCut: boolean;
  /** So many of the next segments that open are told a wrong client id. */
  refusals: number;
  /** So many of the next acknowledgements are lost. */
  lostAcks: number;
  /** Milliseconds that a frame takes to arrive. */
  delayMs: number;
}

const SYNC = 0;
const STATELESS = 5;
const TWICE = 0.05;

export const createFuzzNetwork = (random: SeededRandom): FuzzNetwork => {
  const network: Omit<FuzzNetwork, 'WebSocket'> = { isCut: false, refusals: 0, lostAcks: 0, delayMs: 0 };

  class FuzzSocket extends WebSocket {
    constructor(url: string) {
      super(url, { perMessageDeflate: false });
      this.on('error', () => {}); // told by `close`
    }

    override send(data: Parameters<WebSocket['send']>[0]): void {
      if (network.isCut) return;
      super.send(data);
      if (isSync(new Uint8Array(data as Uint8Array)) && random.chance(TWICE)) super.send(data);
    }

    override addEventListener(type: string, listener: unknown, options?: unknown): void {
      const call = listener as (event: unknown) => void;
      const hear = (event: { readonly data: ArrayBuffer }): void => {
        if (network.isCut) return;
        const data = spoil(network, event.data);
        if (data === null) return;
        if (network.delayMs === 0) call({ data });
        else setTimeout(() => network.isCut || call({ data }), network.delayMs);
      };
      super.addEventListener(type as 'message', (type === 'message' ? hear : call) as never, options as never);
    }
  }
  return Object.assign(network, { WebSocket: FuzzSocket as unknown as typeof globalThis.WebSocket });
};

const isSync = (frame: Uint8Array): boolean => frame[1 + (frame[0] ?? 0)] === SYNC;
const isSegment = (address: string): boolean => /^conversation\/[^/]+\/\d+$/.test(address.split('\0')[0] ?? '');

/** Null: lost. */
const spoil = (network: Omit<FuzzNetwork, 'WebSocket'>, data: ArrayBuffer): ArrayBuffer | null => {
  const decoder = decoding.createDecoder(new Uint8Array(data));
  const address = decoding.readVarString(decoder);
  if (decoding.readVarUint(decoder) !== STATELESS || !isSegment(address)) return data;
  const text = decoding.readVarString(decoder);
  if (network.lostAcks > 0 && text.startsWith('{"type":"stored"')) {
    network.lostAcks--;
    return null;
  }
  if (network.refusals === 0 || !text.startsWith('{"type":"attached"')) return data;
  network.refusals--;
  return encoding
    .encode((out) => {
      encoding.writeVarString(out, address);
      encoding.writeVarUint(out, STATELESS);
      encoding.writeVarString(
        out,
        text.replace(/"clientId":(\d+)/, (_, id) => `"clientId":${(Number(id) + 1) % 2 ** 32}`),
      );
    })
    .slice().buffer;
};
