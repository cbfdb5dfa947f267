/**
 * The collections, with their indexes and the version of their layout. What is written counts when it is in the journal
 * of a majority. No transactions, no updates in place: every document is inserted once and removed at most. [AST-6]
 */
import { type Collection, type CollectionOptions, type Db, type Document, MongoClient } from 'mongodb';
import { type Chain, createChain } from './mongo-chain.ts';
import type {
  AccountState,
  CeremonyRow,
  ConversationState,
  DeviceState,
  EpochRow,
  InviteRow,
  PasskeyState,
  RevocationRow,
  SecretRow,
  SigningKeyRow,
} from './mongo-layout.ts';
import { isInserted } from './mongo-values.ts';

export interface MongoDatabase {
  /** By handle. */
  readonly accounts: Chain<AccountState>;
  readonly devices: Chain<DeviceState>;
  readonly passkeys: Chain<PasskeyState>;
  readonly conversations: Chain<ConversationState>;
  readonly epochs: Collection<EpochRow>;
  readonly invites: Collection<InviteRow>;
  readonly revocations: Collection<RevocationRow>;
  readonly ceremonies: Collection<CeremonyRow>;
  readonly signingKeys: Collection<SigningKeyRow>;
  readonly secrets: Collection<SecretRow>;
  close(): Promise<void>;
}

/** The client of `db` stays its owner's to close. */
export type MongoSource = { readonly url: string; readonly database: string } | { readonly db: Db };

const VERSION = 1;

/** `retryWrites`, the driver's default, is left on: it needs no transaction, and servers without it do without. */
const DURABLE: CollectionOptions = {
  writeConcern: { w: 'majority', j: true },
  readConcern: { level: 'majority' },
  readPreference: 'primary',
  ignoreUndefined: true,
};

export const openMongoDatabase = async (source: MongoSource): Promise<MongoDatabase> => {
  if ('db' in source) return openCollections(source.db, async () => {});
  const client = new MongoClient(source.url, { serverSelectionTimeoutMS: 10_000 });
  try {
    return await openCollections(client.db(source.database), () => client.close());
  } catch (error) {
    await client.close();
    throw error;
  }
};

const openCollections = async (db: Db, close: () => Promise<void>): Promise<MongoDatabase> => {
  const collection = <Row extends Document>(name: string) => db.collection<Row>(`auth.${name}`, DURABLE);
  await claimVersion(collection('versions'));
  for (const [name, keys] of Object.entries(INDEXES)) {
    // one a command: FerretDB 1 breaks off at several of which some are there
    for (const key of keys) await collection(name).createIndex(key);
  }
  return {
    accounts: createChain(collection('accounts')),
    devices: createChain(collection('devices')),
    passkeys: createChain(collection('passkeys')),
    conversations: createChain(collection('conversations')),
    epochs: collection('epochs'),
    invites: collection('invites'),
    revocations: collection('revocations'),
    ceremonies: collection('ceremonies'),
    signingKeys: collection('signingKeys'),
    secrets: collection('secrets'),
    close,
  };
};

const REVISIONS = { of: 1, revision: 1 } as const;

const INDEXES: Readonly<Record<string, readonly Readonly<Record<string, 1>>[]>> = {
  accounts: [REVISIONS, { 'state.id': 1 }],
  devices: [REVISIONS, { 'state.device.account': 1 }, { 'state.session.id': 1 }, { 'state.session.expiresAt': 1 }],
  passkeys: [REVISIONS],
  conversations: [REVISIONS, { 'state.accounts': 1 }],
  epochs: [
    { conversation: 1, number: 1 },
    { conversation: 1, invite: 1, number: 1 },
    { conversation: 1, leavers: 1 },
  ],
  invites: [{ conversation: 1, createdAt: 1 }],
  ceremonies: [{ 'ceremony.expiresAt': 1 }],
};

/** @throws when a newer version of this program has written here; nothing is changed then. */
const claimVersion = async (versions: Collection<{ readonly _id: number }>): Promise<void> => {
  const [newer] = await versions.find({ _id: { $gt: VERSION } }).toArray();
  if (newer !== undefined) {
    throw new Error(`the account database has version ${newer._id}, this program knows ${VERSION}`);
  }
  await isInserted(versions.insertOne({ _id: VERSION }));
};
