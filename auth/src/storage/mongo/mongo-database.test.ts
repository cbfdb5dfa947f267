import type { CommandStartedEvent } from 'mongodb';
import { expect, it } from 'vitest';
import { bytes, newConversationRow, newSignUp, nextEpoch } from '../../test/account-fixtures.ts';
import { newId } from '../../test/auth-harness.ts';
import { SCENARIOS } from '../../test/interruption-scenarios.ts';
import { useTestMongo } from '../../test/test-mongo.ts';
import { createMongoAccountStore } from '../mongo-account-store.ts';

const mongo = useTestMongo();

it('[AST-6] every write waits for the journals of a majority, every read is of what a majority has', async () => {
  const sent: CommandStartedEvent[] = [];
  const db = mongo.connect(mongo.place(), { monitorCommands: true });
  db.client.on('commandStarted', (event) => sent.push(event));
  const store = await createMongoAccountStore({ db });
  for (const { make } of SCENARIOS) {
    const { prepare, act, look } = make();
    await prepare(store);
    await act(store);
    await look(store);
  }
  const data = sent.filter(({ commandName }) => commandName !== 'createIndexes' && commandName !== 'endSessions');
  expect([...new Set(data.map(({ commandName }) => commandName))].sort()).toEqual([
    'aggregate',
    'delete',
    'find',
    'insert',
    'update',
  ]);
  for (const { commandName, command } of data) {
    const isWrite = ['insert', 'update', 'delete'].includes(commandName);
    if (isWrite) expect(command.writeConcern).toEqual({ w: 'majority', j: true });
    else expect(command.readConcern).toEqual({ level: 'majority' });
    expect(command).not.toHaveProperty('autocommit');
  }
});

it('[AST-6] a database of a newer version is refused and stays as it is', async () => {
  const db = mongo.connect(mongo.place());
  await db.collection<{ _id: number }>('auth.versions').insertOne({ _id: 99 });
  await expect(createMongoAccountStore({ db })).rejects.toThrow('version 99, this program knows 1');
  expect((await db.listCollections().toArray()).map(({ name }) => name)).toEqual(['auth.versions']);
  expect(await db.collection('auth.versions').countDocuments()).toBe(1);
});

it('[AST-6] what was kept is there after the store was closed and opened; closing leaves a given client open', async () => {
  const source = mongo.place();
  const db = mongo.connect(source);
  const ann = newSignUp('ann');
  const { conversation, epoch } = newConversationRow(ann.account.id);
  const first = await createMongoAccountStore(source);
  await first.createAccount(ann);
  await first.createConversation(conversation, epoch);
  await first.close();
  await first.close();
  await expect(first.account(ann.account.id)).rejects.toThrow();
  const second = await createMongoAccountStore({ db });
  expect(await second.accountByHandle('ann')).toEqual(ann.account);
  expect(await second.session(ann.session.id)).toEqual(ann.session);
  expect(await second.conversation(conversation.id)).toEqual(conversation);
  await second.close();
  expect(await db.collection('auth.accounts').countDocuments()).toBe(1);
});

it('[AST-4] what is rewritten with every epoch of a conversation of 500 stays of one size', async () => {
  const db = mongo.connect(mongo.place());
  const store = await createMongoAccountStore({ db });
  const { conversation, epoch } = newConversationRow(newId());
  await store.createConversation(conversation, epoch);
  const everybody = Array.from({ length: 499 }, () => newId<never>());
  const sizes: number[] = [];
  for (let number = 1; number <= 8; number++) {
    await store.appendEpoch(nextEpoch(conversation, number, everybody.slice(number % 2)));
    const [row, ...more] = await db.collection('auth.conversations').find().toArray();
    expect(more).toEqual([]);
    sizes.push(JSON.stringify(row?.['state']).length);
  }
  // everybody is in, or all but one, who left
  expect(sizes.slice(-2)).toEqual(sizes.slice(1, 3).toReversed());
  expect(await store.epochs(conversation.id)).toHaveLength(9);
  expect(await store.formerMemberProfiles(conversation.id)).toEqual([]);
  expect((await store.conversation(conversation.id))?.members).toHaveLength(500);
});

it('[AST-4] bytes come back as they were, of any length', async () => {
  const store = await createMongoAccountStore(mongo.place());
  const secrets = [bytes(0, 0), bytes(255, 1), Uint8Array.from({ length: 300 }, (_, i) => i % 256)];
  for (const [i, secret] of secrets.entries()) {
    expect(await store.secret(`secret ${i}`, secret)).toEqual(secret);
    expect(await store.secret(`secret ${i}`, bytes(1))).toEqual(secret);
  }
  await store.close();
});
