/** Which events would an update add, as far as it can be read? Best effort; changes nothing and never throws. [GRD-1] */
import type { EventId } from '@kith/schema/ids';
import { LIMITS } from '@kith/schema/limits';
import type * as Y from 'yjs';
import { GuardError } from './guard-error.ts';
import { stateOf } from './live-store.ts';
import { readEventIds } from './read-entries.ts';
import { clockEnd, type WireStruct } from './scan-struct.ts';
import { type Section, scanUpdate } from './scan-update.ts';
import type { ScanLimits } from './update-limits.ts';

export interface UncheckedUpdate {
  readonly doc: Y.Doc;
  readonly update: Uint8Array;
  readonly limits: ScanLimits;
  /** Events under ids of others are not the sender's and are left out. */
  isForeign(client: number): boolean;
}

/** Without those that the document has. At most `LIMITS.knownEventIds`: an update with more is refused for its size. */
export const newEventIds = ({ doc, update, limits, isForeign }: UncheckedUpdate): EventId[] => {
  const sections: Section[] = [];
  attempt(() => scanUpdate(update, limits, sections));
  const eventIds: EventId[] = [];
  for (const { client, structs } of sections) {
    if (isForeign(client)) continue;
    const state = stateOf(doc, client);
    for (const struct of structs) {
      if (eventIds.length >= LIMITS.knownEventIds) return eventIds.slice(0, LIMITS.knownEventIds);
      if (clockEnd(struct) > state) attempt(() => eventIds.push(...readEventIds(update, withoutKnown(struct, state))));
    }
  }
  return eventIds;
};

const withoutKnown = (struct: WireStruct, state: number): WireStruct => {
  const cut = state - struct.clock;
  if (cut <= 0) return struct;
  return { ...struct, clock: struct.clock + cut, length: struct.length - cut, cut };
};

/** A part that cannot be read is passed over: the guard says why it refuses it, and who sent it still has it. */
const attempt = (read: () => unknown): void => {
  try {
    read();
  } catch (error) {
    if (!(error instanceof GuardError)) throw error;
  }
};
