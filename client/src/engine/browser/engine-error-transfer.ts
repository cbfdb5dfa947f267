/**
 * Keeps an `EngineError`'s code and retry time on its way between worker and tab; comlink alone would keep only the
 * message. Other errors are bugs and cross as comlink sends them. Call once on each side, before anything else. [BRW-3]
 */
import * as comlink from 'comlink';
import { EngineError, type EngineErrorCode } from '../engine-api.ts';

interface Thrown {
  readonly value: unknown;
}

type ThrownOnWire =
  | {
      readonly type: 'engine-error';
      readonly code: EngineErrorCode;
      readonly message: string;
      readonly retryAfterMs: number | null;
    }
  | { readonly type: 'other'; readonly wire: unknown };

export const installEngineErrorTransfer = (): void => {
  const plain = comlink.transferHandlers.get('throw') as comlink.TransferHandler<Thrown, unknown>;
  const handler: comlink.TransferHandler<Thrown, ThrownOnWire> = {
    canHandle: (value): value is Thrown => plain.canHandle(value),
    serialize: (thrown) => {
      const { value } = thrown;
      if (value instanceof EngineError) {
        const { code, message, retryAfterMs } = value;
        return [{ type: 'engine-error', code, message, retryAfterMs }, []];
      }
      const [wire, transferables] = plain.serialize(thrown);
      return [{ type: 'other', wire }, transferables];
    },
    deserialize: (wire) => {
      if (wire.type === 'engine-error') throw new EngineError(wire.code, wire.message, wire.retryAfterMs);
      return plain.deserialize(wire.wire);
    },
  };
  comlink.transferHandlers.set('throw', handler as comlink.TransferHandler<unknown, unknown>);
};
