/** An event on its way into the tables, with what its bearer says of it. */
import type { AccountId, ConversationId, DeviceId } from '@kith/schema/ids';

export interface IncomingEvent {
  readonly conversation: ConversationId;
  readonly segment: number;
  /** Owner of the log it stands in. */
  readonly account: AccountId;
  readonly device: DeviceId;
  readonly bytes: Uint8Array;
  /** Null where the bearer does not know it: a document. */
  readonly arrival: number | null;
}
