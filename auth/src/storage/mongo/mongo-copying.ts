/** All that the account store holds in MongoDB, out and in. Nobody else uses a database that is being restored. */
import type { ConversationId } from '@kith/schema/ids';
import { unreachable } from '@kith/schema/result';
import type { Conversation, Epoch } from '../../conversations/conversation.ts';
import type { AccountCopying, AccountRecord } from '../account-store.ts';
import { assertCounts } from '../assert-counts.ts';
import type { MongoDatabase } from './mongo-database.ts';
import { memberFields, toEpochRow } from './mongo-epochs.ts';
import type { ConversationState } from './mongo-layout.ts';
import { isThere } from './mongo-sign-ups.ts';
import type { States } from './mongo-states.ts';
import { fromMongo } from './mongo-values.ts';

export const createMongoCopying = (db: MongoDatabase): AccountCopying => ({
  accountIds: async () => (await db.accounts.where({})).map(({ id }) => id).sort(),
  conversationIds: async () => ((await db.conversations.namesWhere({})) as ConversationId[]).sort(),
  passkeysOf: async (account) => {
    const passkeys = [];
    for (const { passkey, signUp } of await db.passkeys.where({ 'state.passkey.account': account })) {
      if (await isThere(db, { account, signUp: signUp?.account.handle ?? null })) passkeys.push(passkey);
    }
    return passkeys.sort((a, b) => (a.id < b.id ? -1 : 1));
  },
  secrets: async () => {
    const rows = await db.secrets.find().sort({ _id: 1 }).toArray();
    return rows.map((row) => ({ name: row._id, value: fromMongo<typeof row>(row).value }));
  },
  restore: async (records) => {
    for (const record of records) await restoreOne(db, record);
  },
});

const put = <State extends object>(states: States<State>, of: string, state: State): Promise<void> =>
  states.change<undefined>(of, () => ({ next: state, answer: undefined }));

const restoreOne = async (db: MongoDatabase, record: AccountRecord): Promise<void> => {
  switch (record.type) {
    case 'epoch':
      await restoreEpoch(db, record.epoch);
      return;
    case 'conversation':
      await restoreConversation(db, record.conversation);
      return;
    case 'invite': {
      const { id, ...made } = record.invite; // no epoch names it here, so the uses are those that it had
      await db.invites.insertOne({ _id: id, ...made });
      return;
    }
    case 'account': {
      const { account, passwordHash, passkeys } = record;
      await put(db.accounts, account.handle, { ...account, passwordHash });
      for (const passkey of passkeys) await put(db.passkeys, passkey.id, { passkey, signUp: null });
      return;
    }
    case 'device': {
      const { device, session } = record;
      await put(db.devices, device.id, { device, session, signUp: null });
      return;
    }
    case 'signing-key': {
      const { kid, ...key } = record.key;
      await db.signingKeys.insertOne({ _id: kid, ...key });
      return;
    }
    case 'secret':
      await db.secrets.insertOne({ _id: record.name, value: record.value });
      return;
    case 'accounts': {
      const [accounts, conversations] = [await db.accounts.where({}), await db.conversations.namesWhere({})];
      assertCounts(record, { accounts: accounts.length, conversations: conversations.length });
      return;
    }
    default:
      unreachable(record);
  }
};

const rowOf = (db: MongoDatabase, conversation: ConversationId, number: number) =>
  db.epochs.findOne({ _id: `${conversation}/${number}` });

const restoreEpoch = async (db: MongoDatabase, epoch: Epoch): Promise<void> => {
  const before = (await rowOf(db, epoch.conversation, epoch.number - 1))?.members ?? [];
  const now = new Set(epoch.members.map(({ account }) => account));
  const left = before.flatMap(({ account }) => (now.has(account) ? [] : [account]));
  await db.epochs.insertOne(toEpochRow(epoch, { invite: null, left }));
};

const restoreConversation = async (db: MongoDatabase, conversation: Conversation): Promise<void> => {
  const { id, epoch, members, ...made } = conversation;
  const newest = await rowOf(db, id, epoch);
  if (newest === null) throw new Error(`epoch ${epoch} of the conversation ${id} is missing`);
  const state: ConversationState = {
    ...{ ...made, ...memberFields(members) },
    newest: fromMongo<typeof newest>(newest),
    revoked: null,
  };
  await put(db.conversations, id, state);
};
