/** What can go wrong on a connection, and how Toxiproxy calls it. */
import type { ToxicBody } from './toxiproxy-api.ts';

export type Toxic = { readonly towards?: 'server' | 'client' } & (
  | { readonly type: 'latency'; readonly latencyMs: number; readonly jitterMs?: number }
  | { readonly type: 'bandwidth'; readonly kilobytesPerSecond: number }
  /** Bytes arrive in pieces of `sizeBytes`, `pauseUs` microseconds apart. */
  | { readonly type: 'slices'; readonly sizeBytes: number; readonly pauseUs?: number }
  /** Nothing arrives and the connection stays open: for so long, or until this is removed; then it is closed. */
  | { readonly type: 'silence'; readonly closeAfterMs?: number }
  /** Connections are ended by a reset instead of a close, after so long. */
  | { readonly type: 'reset'; readonly afterMs: number }
);

/** Towards the client when not said. */
export const toxicToBody = (name: string, toxic: Toxic): ToxicBody => ({
  name,
  stream: toxic.towards === 'server' ? 'upstream' : 'downstream',
  ...typeAndAttributes(toxic),
});

const typeAndAttributes = (toxic: Toxic): Pick<ToxicBody, 'type' | 'attributes'> => {
  switch (toxic.type) {
    case 'latency':
      return { type: 'latency', attributes: { latency: toxic.latencyMs, jitter: toxic.jitterMs ?? 0 } };
    case 'bandwidth':
      return { type: 'bandwidth', attributes: { rate: toxic.kilobytesPerSecond } };
    case 'slices':
      return {
        type: 'slicer',
        attributes: { average_size: toxic.sizeBytes, size_variation: 0, delay: toxic.pauseUs ?? 0 },
      };
    case 'silence':
      return { type: 'timeout', attributes: { timeout: toxic.closeAfterMs ?? 0 } };
    case 'reset':
      return { type: 'reset_peer', attributes: { timeout: toxic.afterMs } };
  }
};
