/**
 * ADAPTER. The store in MongoDB, for several processes at once: what resolved is in the journal of a majority. See
 * docs/decisions/0012-accounts-in-mongodb.md.
 */
import type { AccountStore, KeyStore } from './account-store.ts';
import { createMongoConversations } from './mongo/mongo-conversations.ts';
import { createMongoCopying } from './mongo/mongo-copying.ts';
import { type MongoDatabase, type MongoSource, openMongoDatabase } from './mongo/mongo-database.ts';
import { createMongoEpochs } from './mongo/mongo-epochs.ts';
import { createMongoIdentities } from './mongo/mongo-identities.ts';
import { createMongoInvites } from './mongo/mongo-invites.ts';
import { createMongoSessions } from './mongo/mongo-sessions.ts';
import { fromMongo, isInserted } from './mongo/mongo-values.ts';

/** @throws when the server cannot be reached or a newer version has written there. */
export const createMongoAccountStore = async (source: MongoSource): Promise<AccountStore> => {
  const db = await openMongoDatabase(source);
  return {
    ...createMongoIdentities(db),
    ...createMongoSessions(db),
    ...createMongoConversations(db),
    ...createMongoEpochs(db),
    ...createMongoInvites(db),
    ...createMongoKeys(db),
    ...createMongoCopying(db),
    close: () => db.close(),
  };
};

const createMongoKeys = (db: MongoDatabase): KeyStore => ({
  signingKeys: async () => {
    const rows = await db.signingKeys.find().sort({ createdAt: -1, _id: 1 }).toArray();
    return rows.map(({ _id, jwk, createdAt }) => ({ kid: _id, jwk, createdAt }));
  },
  addSigningKey: async ({ kid, ...key }) => {
    await db.signingKeys.insertOne({ _id: kid, ...key });
  },
  removeSigningKey: async (kid) => {
    await db.signingKeys.deleteOne({ _id: kid });
  },
  secret: async (name, candidate) => {
    if (await isInserted(db.secrets.insertOne({ _id: name, value: candidate }))) return candidate;
    const row = await db.secrets.findOne({ _id: name });
    if (row === null) throw new Error(`the secret ${name} was there and is not`);
    return fromMongo<typeof row>(row).value;
  },
});
