/**
 * The collections, with their indexes and the version of their layout. What is written counts when it is in the journal
 * of a majority. One document at a time is changed, without transactions. [AST-6]
 */
import { inTime, reviveWhenStuck } from '@kith/schema/in-time';
import { type Collection, type CollectionOptions, type Db, type Document, MongoClient } from 'mongodb';
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
import { createStates, type States } from './mongo-states.ts';
import { isInserted } from './mongo-values.ts';

export interface MongoDatabase {
  /** By handle. */
  readonly accounts: States<AccountState>;
  readonly devices: States<DeviceState>;
  readonly passkeys: States<PasskeyState>;
  readonly conversations: States<ConversationState>;
  readonly epochs: Collection<EpochRow>;
  readonly invites: Collection<InviteRow>;
  readonly revocations: Collection<RevocationRow>;
  readonly ceremonies: Collection<CeremonyRow>;
  readonly signingKeys: Collection<SigningKeyRow>;
  readonly secrets: Collection<SecretRow>;
  close(): Promise<void>;
}

/** The client of `db` stays its owner's to close. */
export type MongoSource =
  | {
      readonly url: string;
      readonly database: string;
      /** Begins the names of the collections: a store that is being restored stands beside the one in use. */
      readonly prefix?: string;
    }
  | { readonly db: Db };

const VERSION = 1;
/** A server that holds a connection and says nothing is a failure: whoever asked is told, and not kept waiting. */
const SOCKET_MS = 10_000;
/** Longer than whatever the driver itself gives up. */
const ANSWER_MS = 12_000;
const LOOK_MS = 15_000;

/** `retryWrites`, the driver's default, is left on: it needs no transaction, and servers without it do without. */
const DURABLE: CollectionOptions = {
  writeConcern: { w: 'majority', j: true },
  readConcern: { level: 'majority' },
  readPreference: 'primary',
  ignoreUndefined: true,
};

export const openMongoDatabase = async (source: MongoSource): Promise<MongoDatabase> => {
  if ('db' in source) return openCollections({ db: source.db }, async () => {});
  const client = new MongoClient(source.url, { serverSelectionTimeoutMS: 10_000, socketTimeoutMS: SOCKET_MS });
  const stopLooking = reviveWhenStuck(client, LOOK_MS);
  const close = (): Promise<void> => {
    stopLooking();
    return client.close();
  };
  try {
    return await openCollections({ db: client.db(source.database), ...source }, close);
  } catch (error) {
    await close();
    throw error;
  }
};

const openCollections = async (
  { db, prefix = '' }: { readonly db: Db; readonly prefix?: string },
  close: () => Promise<void>,
): Promise<MongoDatabase> => {
  const made = <Row extends Document>(name: string) => db.collection<Row>(`${prefix}auth.${name}`, DURABLE);
  const collection = <Row extends Document>(name: string) => inTime(made<Row>(name), ANSWER_MS);
  await claimVersion(collection('versions'));
  for (const [name, keys] of Object.entries(INDEXES)) {
    // one a command: FerretDB 1 breaks off at several of which some are there
    for (const key of keys) await made(name).createIndex(key);
  }
  return {
    accounts: createStates(collection('accounts')),
    devices: createStates(collection('devices')),
    passkeys: createStates(collection('passkeys')),
    conversations: createStates(collection('conversations')),
    epochs: collection('epochs'),
    invites: collection('invites'),
    revocations: collection('revocations'),
    ceremonies: collection('ceremonies'),
    signingKeys: collection('signingKeys'),
    secrets: collection('secrets'),
    close,
  };
};

const INDEXES: Readonly<Record<string, readonly Readonly<Record<string, 1>>[]>> = {
  accounts: [{ 'state.id': 1 }],
  devices: [{ 'state.device.account': 1 }, { 'state.session.id': 1 }, { 'state.session.expiresAt': 1 }],
  passkeys: [{ 'state.passkey.account': 1 }],
  conversations: [{ 'state.accounts': 1 }],
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
