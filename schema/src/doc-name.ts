/**
 * Document names: the only texts that open a document. [DOC-1]
 *
 *   conversation/<id>        the head
 *   conversation/<id>/<n>    a segment, n = 1, 2, 3 …
 *   account/<id>/<generation>
 */
import { type AccountId, type ConversationId, isId } from './ids.ts';

export type DocName =
  | { readonly type: 'head'; readonly conversation: ConversationId }
  | { readonly type: 'segment'; readonly conversation: ConversationId; readonly n: number }
  | { readonly type: 'account'; readonly account: AccountId; readonly generation: number };

/** A journal: the append-only rows of one conversation or of one account. */
export type JournalName = `conversation/${ConversationId}` | `account/${AccountId}`;

const NUMBER = /^[1-9][0-9]{0,8}$/;

/** Null for anything that is not exactly a document's name. */
export const parseDocName = (text: string): DocName | null => {
  const [root, id, number, ...rest] = text.split('/');
  if (rest.length > 0 || !isId(id)) return null;
  if (root === 'conversation' && number === undefined) return { type: 'head', conversation: id as ConversationId };
  if (number === undefined || !NUMBER.test(number)) return null;
  if (root === 'conversation') return { type: 'segment', conversation: id as ConversationId, n: Number(number) };
  if (root === 'account') return { type: 'account', account: id as AccountId, generation: Number(number) };
  return null;
};

export const formatDocName = (name: DocName): string => {
  if (name.type === 'head') return headName(name.conversation);
  if (name.type === 'segment') return segmentName(name.conversation, name.n);
  return accountDocName(name.account, name.generation);
};

export const headName = (conversation: ConversationId): string => `conversation/${conversation}`;
export const segmentName = (conversation: ConversationId, n: number): string => `conversation/${conversation}/${n}`;
export const accountDocName = (account: AccountId, generation: number): string => `account/${account}/${generation}`;

export const journalOf = (name: DocName): JournalName =>
  name.type === 'account' ? `account/${name.account}` : `conversation/${name.conversation}`;

/** Null for anything that is not exactly a document's name. */
export const journalOfName = (text: string): JournalName | null => {
  const name = parseDocName(text);
  return name === null ? null : journalOf(name);
};
