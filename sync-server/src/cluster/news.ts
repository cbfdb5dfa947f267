/** What sync processes tell each other, and how it stands in a message of the bus. [CLU-2] */
import { type JournalName, journalOfName } from '@kith/schema/doc-name';
import { type ConversationId, isId } from '@kith/schema/ids';
import type { NoticeJson } from '@kith/schema/sync-message';
import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import type { JournalRow, StoredReceipt } from '../storage/document-store.ts';
import { packRows, unpackRows } from '../storage/packed-rows.ts';

export type News =
  /** Of one document, in order, after they were stored. */
  | { readonly type: 'rows'; readonly document: string; readonly rows: readonly JournalRow[] }
  | { readonly type: 'notices'; readonly conversation: ConversationId; readonly notices: readonly NoticeJson[] }
  | { readonly type: 'receipts'; readonly receipts: readonly StoredReceipt[] }
  | { readonly type: 'segments'; readonly conversation: ConversationId }
  /** An update of y-protocols' awareness. */
  | { readonly type: 'presence'; readonly document: string; readonly update: Uint8Array }
  /** Who has it open may say who is present. */
  | { readonly type: 'who-is-present'; readonly document: string };

const TYPES = ['rows', 'notices', 'receipts', 'segments', 'presence', 'who-is-present'] as const;

export const encodeNews = (news: News): Uint8Array =>
  encoding.encode((encoder) => {
    encoding.writeUint8(encoder, TYPES.indexOf(news.type));
    switch (news.type) {
      case 'rows':
        encoding.writeVarString(encoder, news.document);
        return encoding.writeVarUint8Array(encoder, packRows(news.rows));
      case 'presence':
        encoding.writeVarString(encoder, news.document);
        return encoding.writeVarUint8Array(encoder, news.update);
      case 'who-is-present':
        return encoding.writeVarString(encoder, news.document);
      case 'segments':
        return encoding.writeVarString(encoder, news.conversation);
      case 'notices':
        encoding.writeVarString(encoder, news.conversation);
        return encoding.writeVarString(encoder, JSON.stringify(news.notices));
      case 'receipts':
        return encoding.writeVarString(encoder, JSON.stringify(news.receipts));
    }
  });

/** The other process is of our making and may be of another version. @throws Error when this is no news we know. */
export const decodeNews = (message: Uint8Array): News => {
  const decoder = decoding.createDecoder(message);
  const type = TYPES[decoding.readUint8(decoder)];
  switch (type) {
    case 'rows': {
      const document = decoding.readVarString(decoder);
      return {
        type,
        document,
        rows: unpackRows(journalOfDocument(document), document, decoding.readVarUint8Array(decoder)),
      };
    }
    case 'presence':
      return { type, document: decoding.readVarString(decoder), update: decoding.readVarUint8Array(decoder) };
    case 'who-is-present':
      return { type, document: decoding.readVarString(decoder) };
    case 'segments':
      return { type, conversation: conversationOf(decoding.readVarString(decoder)) };
    case 'notices':
      return {
        type,
        conversation: conversationOf(decoding.readVarString(decoder)),
        notices: listOf<NoticeJson>(decoding.readVarString(decoder)),
      };
    case 'receipts':
      return { type, receipts: listOf<StoredReceipt>(decoding.readVarString(decoder)) };
    default:
      throw new Error('news of an unknown type');
  }
};

const journalOfDocument = (document: string): JournalName => {
  const journal = journalOfName(document);
  if (journal === null) throw new Error(`news of ${document}, which is no name of a document`);
  return journal;
};

const conversationOf = (text: string): ConversationId => {
  if (!isId(text)) throw new Error('news of what is no conversation');
  return text as ConversationId;
};

const listOf = <T>(text: string): readonly T[] => {
  const list: unknown = JSON.parse(text);
  if (!Array.isArray(list)) throw new Error('news that are no list');
  return list;
};
