/** What each tick stands for, in words: colour and shape are never the only sign. [UI-6] */
import type { Tick } from '@kith/schema/fold/receipts';

export const TICK_NAMES: Record<Tick, string> = {
  pending: 'Waiting on this device',
  stored: 'Stored by the server',
  delivered: 'On their devices',
  read: 'Read',
};
