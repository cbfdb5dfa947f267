/** Writes any Yjs V1 update, also those that no honest encoder would. */
import * as encoding from 'lib0/encoding';

type Id = readonly [client: number, clock: number];

interface ForgedContent {
  readonly ref: number;
  readonly length: number;
  write(out: encoding.Encoder): void;
}

export interface ForgedStruct {
  readonly length: number;
  write(out: encoding.Encoder): void;
}

interface ForgedPlace {
  readonly origin?: Id | undefined;
  readonly right?: Id | undefined;
  readonly root?: string | undefined;
  readonly parent?: Id | undefined;
  readonly key?: string | undefined;
}

export const values = (...elements: unknown[]): ForgedContent => ({
  ref: 8,
  length: elements.length,
  write: (out) => {
    encoding.writeVarUint(out, elements.length);
    for (const element of elements) encoding.writeAny(out, element as never);
  },
});
export const entries = (...events: Uint8Array[]): ForgedContent => values(...events.map((event) => [event]));
export const bytes = (value: Uint8Array): ForgedContent => ({
  ref: 3,
  length: 1,
  write: (out) => encoding.writeVarUint8Array(out, value),
});
export const tombstone = (length: number): ForgedContent => ({
  ref: 1,
  length,
  write: (out) => encoding.writeVarUint(out, length),
});
export const text = (value: string): ForgedContent => ({
  ref: 4,
  length: value.length,
  write: (out) => encoding.writeVarString(out, value),
});
export const nestedType = (type: number): ForgedContent => ({
  ref: 7,
  length: 1,
  write: (out) => encoding.writeVarUint(out, type),
});
export const format = (key: string, value: unknown): ForgedContent => ({
  ref: 6,
  length: 1,
  write: (out) => {
    encoding.writeVarString(out, key);
    encoding.writeVarString(out, JSON.stringify(value));
  },
});
export const embed = (value: unknown): ForgedContent => ({
  ref: 5,
  length: 1,
  write: (out) => encoding.writeVarString(out, JSON.stringify(value)),
});
export const json = (...texts: string[]): ForgedContent => ({
  ref: 2,
  length: texts.length,
  write: (out) => {
    encoding.writeVarUint(out, texts.length);
    for (const value of texts) encoding.writeVarString(out, value);
  },
});
export const subDocument = (guid: string): ForgedContent => ({
  ref: 9,
  length: 1,
  write: (out) => {
    encoding.writeVarString(out, guid);
    encoding.writeAny(out, {});
  },
});

/** `info` overrides the first byte. */
const run = (ref: number, length: number, info = ref): ForgedStruct => ({
  length,
  write: (out) => {
    encoding.writeUint8(out, info);
    encoding.writeVarUint(out, length);
  },
});
export const collected = (length: number): ForgedStruct => run(0, length);
export const skip = (length: number, info?: number): ForgedStruct => run(10, length, info);

export const item = (content: ForgedContent, { origin, right, root, parent, key }: ForgedPlace): ForgedStruct => ({
  length: content.length,
  write: (out) => {
    encoding.writeUint8(out, content.ref | (origin ? 128 : 0) | (right ? 64 : 0) | (key === undefined ? 0 : 32));
    for (const id of [origin, right]) {
      if (id === undefined) continue;
      encoding.writeVarUint(out, id[0]);
      encoding.writeVarUint(out, id[1]);
    }
    if (origin === undefined && right === undefined) {
      encoding.writeVarUint(out, parent === undefined ? 1 : 0);
      if (parent === undefined) encoding.writeVarString(out, root ?? '');
      else for (const part of parent) encoding.writeVarUint(out, part);
      if (key !== undefined) encoding.writeVarString(out, key);
    }
    content.write(out);
  },
});

export interface ForgedUpdate {
  readonly sections?: readonly (readonly [client: number, clock: number, structs: readonly ForgedStruct[]])[];
  readonly deletes?: readonly (readonly [client: number, ...ranges: Id[]])[];
}

export const forge = ({ sections = [], deletes = [] }: ForgedUpdate): Uint8Array => {
  const out = encoding.createEncoder();
  encoding.writeVarUint(out, sections.length);
  for (const [client, clock, structs] of sections) {
    encoding.writeVarUint(out, structs.length);
    encoding.writeVarUint(out, client);
    encoding.writeVarUint(out, clock);
    for (const struct of structs) struct.write(out);
  }
  encoding.writeVarUint(out, deletes.length);
  for (const [client, ...ranges] of deletes) {
    encoding.writeVarUint(out, client);
    encoding.writeVarUint(out, ranges.length);
    for (const part of ranges.flat()) encoding.writeVarUint(out, part);
  }
  return encoding.toUint8Array(out);
};
