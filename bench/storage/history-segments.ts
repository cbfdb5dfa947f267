/**
 * Segments of 1,000 signed events as the journal keeps them, one row an event: what people said in the real history
 * when it is there, each author a device of its own; else texts of typical size by ten devices in turn.
 */
import { existsSync } from 'node:fs';
import { type ImportLine, readLine } from '@kith/client/engine';
import { type JournalName, segmentName } from '@kith/schema/doc-name';
import { appendEvents } from '@kith/schema/documents/segment';
import { type AccountId, type ConversationId, createId, type DeviceId } from '@kith/schema/ids';
import { LIMITS } from '@kith/schema/limits';
import type { JournalRow } from '@kith/sync-server';
import * as Y from 'yjs';
import { firstLines, HISTORY_FILE } from '../product/run-import.ts';
import { createSigner, TYPICAL_TEXT } from '../product/signed-events.ts';

export interface HistorySegment {
  readonly journal: JournalName;
  readonly document: string;
  readonly rows: readonly JournalRow[];
  /** Of the events themselves, header, body and signature. */
  readonly eventBytes: number;
}

export interface History {
  /** As one says it. */
  readonly source: string;
  readonly segments: readonly HistorySegment[];
}

type Message = Pick<ImportLine, 'author' | 'text'>;

const SIZE = LIMITS.segmentEvents;
const TYPICAL_AUTHORS = 10;
const random = (bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> => crypto.getRandomValues(bytes);

export const makeHistory = async (count: number): Promise<History> => {
  const isReal = existsSync(HISTORY_FILE);
  const messages = isReal ? await realMessages(count * SIZE) : typicalMessages(count * SIZE);
  const { privateKey } = (await crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify'])) as CryptoKeyPair;
  const segments: HistorySegment[] = [];
  for (let n = 0; n < count; n++)
    segments.push(await makeSegment(messages.slice(n * SIZE, (n + 1) * SIZE), privateKey));
  return { source: isReal ? 'real messages' : 'texts of typical size', segments };
};

const realMessages = async (count: number): Promise<Message[]> => {
  const messages: Message[] = [];
  let number = 0;
  for await (const text of firstLines(count)) {
    const line = readLine(text, ++number);
    if (!line.ok) throw new Error(`line ${number} of the history: ${line.error.detail}`);
    messages.push(line.value);
  }
  return messages;
};

const typicalMessages = (count: number): Message[] =>
  Array.from({ length: count }, (_, n) => ({ author: `author-${n % TYPICAL_AUTHORS}`, text: TYPICAL_TEXT }));

const makeSegment = async (messages: readonly Message[], signKey: CryptoKey): Promise<HistorySegment> => {
  const conversation = createId<ConversationId>(random);
  const journal: JournalName = `conversation/${conversation}`;
  const document = segmentName(conversation, 1);
  const writers = new Map<string, ReturnType<typeof createWriter>>();
  const rows: JournalRow[] = [];
  let eventBytes = 0;
  for (const [i, { author, text }] of messages.entries()) {
    const isNew = !writers.has(author);
    const writer = writers.get(author) ?? createWriter(conversation, signKey);
    writers.set(author, writer);
    const { account, device, clientId } = writer;
    const { eventId, bytes, update } = await writer.write(text);
    eventBytes += bytes.length;
    rows.push({
      ...{ journal, document, update, arrival: i + 1, receivedAt: Date.now() + i, incarnation: 1 },
      events: [{ eventId, segment: 1, account, device }],
      bindings: isNew ? [{ clientId, account, device }] : [],
    });
  }
  return { journal, document, rows, eventBytes };
};

/** A device with its log in the segment; what others write need not be in its copy. */
const createWriter = (conversation: ConversationId, signKey: CryptoKey) => {
  const account = createId<AccountId>(random);
  const device = createId<DeviceId>(random);
  const signNext = createSigner({ place: { conversation, account, device }, signKey });
  const doc = new Y.Doc();
  let last: Uint8Array = new Uint8Array();
  doc.on('update', (update: Uint8Array) => {
    last = update;
  });
  return {
    ...{ account, device, clientId: doc.clientID },
    write: async (text: string) => {
      const event = await signNext(text);
      appendEvents(doc, { account, device }, [event.bytes]);
      return { ...event, update: last };
    },
  };
};
