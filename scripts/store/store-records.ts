/** Both stores of a server as one stream of records, out and in. */
import { type AccountRecord, readAccountRecords } from '@kith/auth';
import { type DocumentRecord, readDocumentRecords } from '@kith/sync-server';
import type { Stores } from '../serve/stores.ts';

export type StoreRecord = { readonly documents: DocumentRecord } | { readonly accounts: AccountRecord };

/** Written together; large values alone. */
const MAX_RECORDS = 500;
const MAX_BYTES = 4 * 1024 * 1024;

/**
 * Documents first: who and what they name was there before them, so accounts read later know it. A conversation or
 * device that the documents do not know yet is nothing unusual; the other way round nobody could read what was written.
 */
export const readStoreRecords = async function* ({ documents, accounts }: Stores): AsyncGenerator<StoreRecord> {
  for await (const record of readDocumentRecords(documents)) yield { documents: record };
  for await (const record of readAccountRecords(accounts)) yield { accounts: record };
};

export const writeStoreRecords = async (
  { documents, accounts }: Stores,
  records: AsyncIterable<StoreRecord>,
): Promise<void> => {
  let ofDocuments: DocumentRecord[] = [];
  let ofAccounts: AccountRecord[] = [];
  let bytes = 0;
  const flush = async (): Promise<void> => {
    if (ofDocuments.length > 0) await documents.restore(ofDocuments);
    if (ofAccounts.length > 0) await accounts.restore(ofAccounts);
    [ofDocuments, ofAccounts, bytes] = [[], [], 0];
  };
  for await (const record of records) {
    if ('documents' in record) ofDocuments.push(record.documents);
    else ofAccounts.push(record.accounts);
    bytes += sizeOf(record);
    if (bytes >= MAX_BYTES || ofDocuments.length + ofAccounts.length >= MAX_RECORDS) await flush();
  }
  await flush();
};

const sizeOf = (record: StoreRecord): number => {
  if ('accounts' in record) return 0; // small, all of them
  if (record.documents.type === 'row') return record.documents.row.update.length;
  return record.documents.type === 'snapshot' ? record.documents.snapshot.state.length : 0;
};

export interface Units {
  readonly journals: number;
  readonly conversations: number;
  readonly accounts: number;
}

/** How much there is, as `isUnitEnd` counts. */
export const countUnits = async ({ documents, accounts }: Stores): Promise<Units> => ({
  journals: (await documents.journals()).length,
  conversations: (await accounts.conversationIds()).length,
  accounts: (await accounts.accountIds()).length,
});

export const sumOf = ({ journals, conversations, accounts }: Units): number => journals + conversations + accounts;

/** Whether one more journal, conversation or account is through. */
export const isUnitEnd = (record: StoreRecord): boolean =>
  'documents' in record
    ? record.documents.type === 'journal'
    : record.accounts.type === 'conversation' || record.accounts.type === 'account';
