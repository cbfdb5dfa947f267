/**
 * First step of an inspection: what of an update is new? Known structs are stripped, because Yjs would look at the
 * places they claim before it notices that it has them; one that is known in part is cut and follows its own
 * predecessor, whatever it claimed. New content of others is stripped or refused as the caller decides. [GRD-6]
 */
import type * as Y from 'yjs';
import { refuse } from './guard-error.ts';
import { stateOf } from './live-store.ts';
import { clockEnd, REF, type WireStruct } from './scan-struct.ts';
import { type ScannedUpdate, type Section, sectionEnd } from './scan-update.ts';

/** True keeps a section's new structs, false strips them. @throws GuardError to refuse the update. */
export type AdmitSection = (section: Section, scanned: ScannedUpdate) => boolean;

export interface SplitUpdate {
  /** Never empty lists, in the order of the update's sections. */
  readonly freshByClient: ReadonlyMap<number, readonly WireStruct[]>;
  /** What the server has already, to be compared with what it has. */
  readonly known: readonly WireStruct[];
  readonly stripped: boolean;
}

export const splitKnown = (doc: Y.Doc, scanned: ScannedUpdate, admit: AdmitSection): SplitUpdate => {
  const freshByClient = new Map<number, readonly WireStruct[]>();
  const known: WireStruct[] = [];
  let stripped = false;
  for (const section of scanned.sections) {
    const state = stateOf(doc, section.client);
    if (sectionEnd(section) > state && !admit(section, scanned)) {
      stripped = true;
      continue;
    }
    if (section.from < state) stripped = true;
    const fresh = splitSection(section, state, known);
    if (fresh.length > 0) freshByClient.set(section.client, fresh);
  }
  return { freshByClient, known, stripped };
};

const splitSection = (section: Section, state: number, known: WireStruct[]): WireStruct[] => {
  if (section.from > state) {
    refuse('update-gap', `client ${section.client} starts at ${section.from}, the server has ${state}`);
  }
  const fresh: WireStruct[] = [];
  for (const struct of section.structs) {
    if (clockEnd(struct) <= state) known.push(struct);
    else if (struct.ref === REF.skip) refuse('update-gap', `client ${section.client} skips from ${struct.clock}`);
    else if (struct.clock >= state) fresh.push(struct);
    else {
      known.push({ ...struct, length: state - struct.clock });
      fresh.push(cutFront(struct, state));
    }
  }
  return fresh;
};

const cutFront = (struct: WireStruct, state: number): WireStruct => ({
  ...struct,
  clock: state,
  length: clockEnd(struct) - state,
  cut: state - struct.clock,
  originClient: struct.client,
  originClock: state - 1,
  rootName: null,
  hasParentId: false,
  key: null,
});
