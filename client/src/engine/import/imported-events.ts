/**
 * From lines of another system's history to events: always the same ids and times for the same source, so that an
 * import can be repeated and goes on where it was. Pure. [IMP-1] [IMP-2] [IMP-3]
 */
import { encodeEventBody } from '@kith/schema/event/event-body';
import { type Hlc, hlcToMs, msToHlc } from '@kith/schema/hlc';
import { bytesToId, type ConversationId, type EventId, ID_BYTES, idToBytes } from '@kith/schema/ids';
import { LIMITS } from '@kith/schema/limits';
import { sha256 } from '@noble/hashes/sha2.js';

export interface ImportLine {
  /** Counted from 1. */
  readonly line: number;
  /** ms since 1970. */
  readonly at: number;
  readonly author: string;
  readonly text: string;
}

export interface ImportedEvent {
  readonly line: number;
  readonly eventId: EventId;
  readonly time: Hlc;
  readonly body: Uint8Array;
}

/** Fits into an event whatever the characters are: at most six bytes each in JSON. */
const PART_LENGTH = 10_000;

/** `source` names the file: the hash of its bytes. */
export const importedConversationId = (account: string, source: string): ConversationId =>
  bytesToId<ConversationId>(hash(`kith/import-conversation/1/${account}/${source}`));

/** Keeps the last time given out: lines of the same moment stand in their order. */
export const createImportedEvents = (
  conversation: ConversationId,
  source: string,
  nowMs: number,
): ((line: ImportLine) => ImportedEvent[]) => {
  let last = -1 as Hlc;
  return ({ line, at, author, text }) =>
    splitText(text).map((part, n) => {
      const wanted = msToHlc(Math.min(Math.max(0, at), nowMs));
      const isSameMoment = hlcToMs(last) === hlcToMs(wanted) && last >= wanted;
      last = isSameMoment ? ((last + 1) as Hlc) : wanted;
      const imported = { author: clip(author), at };
      return {
        line,
        eventId: importedEventId(conversation, source, n === 0 ? String(line) : `${line}/${n}`),
        time: last,
        body: encodeEventBody('message', { text: part, imported }),
      };
    });
};

const importedEventId = (conversation: ConversationId, source: string, place: string): EventId =>
  bytesToId<EventId>(hash('kith/import/1', idToBytes(conversation), source, '/', place));

const hash = (...parts: readonly (string | Uint8Array)[]): Uint8Array => {
  const digest = sha256.create();
  for (const part of parts) digest.update(typeof part === 'string' ? new TextEncoder().encode(part) : part);
  return digest.digest().slice(0, ID_BYTES);
};

/** A longer text becomes several messages; no character is cut in two. */
const splitText = (text: string): string[] => {
  const parts: string[] = [];
  for (let from = 0; from < text.length; ) {
    let to = Math.min(text.length, from + PART_LENGTH);
    if (to < text.length && isHighSurrogate(text.charCodeAt(to - 1))) to--;
    parts.push(text.slice(from, to));
    from = to;
  }
  return parts;
};

const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit < 0xdc00;

const clip = (author: string): string =>
  author.length <= LIMITS.nameLength ? author : `${author.slice(0, LIMITS.nameLength - 1)}…`;
