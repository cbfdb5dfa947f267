/**
 * How the guard's own modules say no. Thrown deep inside a scan, caught once in `guard.ts`, which turns it into a
 * `Refusal`: no exception about an update leaves the guard. Anything else that is thrown is a bug. [GRD-1]
 */
import type { WireErrorCode } from '@kith/schema/wire-error';

export class GuardError extends Error {
  readonly type: WireErrorCode;

  constructor(type: WireErrorCode, detail: string) {
    super(detail);
    this.type = type;
  }
}

/** @throws GuardError always. `detail` is for logs and the sender's developer, never shown to a person. */
export const refuse = (type: WireErrorCode, detail: string): never => {
  throw new GuardError(type, detail);
};
