/** Receipts in MongoDB: of each device and person the greatest arrival, whoever writes at the same time. */
import type { DocumentStore, StoredReceipt } from '../document-store.ts';
import { createTurns } from '../turns.ts';
import { ignoreDuplicates, type MongoDatabase, type ReceiptDoc } from './mongo-database.ts';

type MongoReceipts = Pick<DocumentStore, 'putReceipts' | 'receipts' | 'ownReceipts'>;

export const createMongoReceipts = ({ receipts }: MongoDatabase): MongoReceipts => {
  const inTurn = createTurns<string>();
  const put = async ({ arrival, at, ...of }: StoredReceipt): Promise<boolean> => {
    const _id = idOf(of);
    if (await ignoreDuplicates(receipts.insertOne({ _id, ...of, arrival, at }))) return true;
    const { matchedCount } = await receipts.updateOne({ _id, arrival: { $lt: arrival } }, { $set: { arrival, at } });
    return matchedCount === 1;
  };
  return {
    putReceipts: async (given) => {
      const isGreater = await Promise.all(given.map((receipt) => inTurn(idOf(receipt), () => put(receipt))));
      return given.filter((_, i) => isGreater[i]);
    },
    receipts: async (conversation) => (await receipts.find({ conversation }).toArray()).map(toReceipt),
    ownReceipts: async (conversation, account, device) => {
      const [stored, read] = await Promise.all(
        [device, null].map((of) => receipts.findOne({ _id: idOf({ conversation, account, device: of }) })),
      );
      return { stored: stored?.arrival ?? 0, read: read?.arrival ?? 0 };
    },
  };
};

const idOf = ({ conversation, account, device }: Pick<StoredReceipt, 'conversation' | 'account' | 'device'>): string =>
  `${conversation} ${account} ${device ?? ''}`;

const toReceipt = ({ _id, ...receipt }: ReceiptDoc): StoredReceipt => receipt;
