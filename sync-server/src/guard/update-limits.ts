/** Bounds on one update: on what is parsed, and on what is left of it once known and foreign parts are stripped. [GRD-3] */
import { LIMITS } from '@kith/schema/limits';

/** An update of one transaction, or a SyncStep2: everything the client has and the server's state vector lacks. */
export type UpdateMode = 'update' | 'step2';

export interface ScanLimits {
  readonly updateBytes: number;
  readonly sections: number;
  readonly structs: number;
  /** A whole delete set travels with every SyncStep2, also of clients long gone. */
  readonly deleteClients: number;
  readonly deleteRanges: number;
}

export interface ContentLimits {
  readonly updateBytes: number;
  readonly sections: number;
  readonly structs: number;
  readonly events: number;
  /** Structs that Yjs cannot place by looking at one neighbour: each may cost a walk over the list. */
  readonly offTail: number;
}

export const SCAN_LIMITS: Record<UpdateMode, ScanLimits> = {
  update: { updateBytes: LIMITS.updateBytes, sections: 64, structs: 4_000, deleteClients: 4_000, deleteRanges: 20_000 },
  step2: {
    updateBytes: LIMITS.frameBytes,
    sections: 10_000,
    structs: 20_000,
    deleteClients: 100_000,
    deleteRanges: 200_000,
  },
};

const CONTENT = { updateBytes: LIMITS.updateBytes, sections: 16, structs: 4_000, offTail: 16 };

export const CONTENT_LIMITS: Record<UpdateMode, ContentLimits> = {
  update: { ...CONTENT, events: LIMITS.batchEvents },
  /** Several batches may have been under way when the connection broke; they come back as one. */
  step2: { ...CONTENT, events: LIMITS.segmentEvents },
};

/** Yjs client ids are uint32. */
export const MAX_CLIENT_ID = 0xffffffff;
/** Clocks stay inside int32: other encoders and ports of Yjs use 32-bit arithmetic. */
export const MAX_CLOCK = 0x7fffffff;
/** Length of one run of tombstones. */
export const MAX_RUN = 1 << 20;
/** Root names and map keys, in bytes. */
export const MAX_NAME_BYTES = 256;
export const MAX_VALUE_DEPTH = 12;
