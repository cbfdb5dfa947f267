/** Stores with a little of most things, for tests of what takes them whole. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type AccountId,
  type ConversationId,
  createId,
  type DeviceId,
  type EventId,
  type SessionId,
} from '@kith/schema/ids';
import { onTestFinished } from 'vitest';
import type { DatabaseAddress } from '../../serve/config.ts';
import { openStores, type Stores } from '../../serve/stores.ts';
import { encodeRecord } from '../record-lines.ts';
import { readStoreRecords } from '../store-records.ts';
import { withStores } from '../with-stores.ts';

export const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const random = (bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> => crypto.getRandomValues(bytes);

/** An empty folder until the end of the test. */
export const testFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'kith-stores-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};

export const openFolder = (dataDir: string): Promise<Stores> =>
  openStores({ dataDir, database: undefined, log: quiet });
export const openDatabase = (database: DatabaseAddress): Promise<Stores> =>
  openStores({ dataDir: '', database, log: quiet });

/** As lines: equal for equal stores. Closes them. */
export const recordsOf = async (opening: Promise<Stores>): Promise<readonly string[]> =>
  withStores(await opening, async (stores) => {
    const lines: string[] = [];
    for await (const record of readStoreRecords(stores)) lines.push(encodeRecord(record));
    return lines;
  });

export interface Filled {
  readonly account: AccountId;
  readonly conversation: ConversationId;
}

/** Closes them. */
export const fill = (opening: Promise<Stores>, handle = 'ann'): Promise<Filled> =>
  opening.then((stores) => withStores(stores, (open) => fillOpen(open, handle)));

const fillOpen = async ({ accounts, documents }: Stores, handle: string): Promise<Filled> => {
  const [account, device, conversation] = [
    createId<AccountId>(random),
    createId<DeviceId>(random),
    createId<ConversationId>(random),
  ];
  const bytes = random(new Uint8Array(32));
  await accounts.createAccount({
    account: { id: account, handle, name: 'Ann', createdAt: 1_000 },
    credential: { type: 'password', hash: 'a hash' },
    device: {
      ...{ id: device, account, name: 'Laptop', signKey: bytes, boxKey: bytes },
      ...{ createdAt: 1_000, lastSeenAt: 1_000, revokedAt: null },
    },
    session: {
      ...{ id: createId<SessionId>(random), account, device, tokenHash: bytes, previousHash: null },
      ...{ rotatedAt: 1_000, createdAt: 1_000, expiresAt: 9e12 },
    },
  });
  const members = [{ account, role: 'owner', joinedAt: 1_000 } as const];
  await accounts.createConversation(
    {
      ...{ id: conversation, kind: 'group', title: bytes, version: 1, epoch: 1 },
      createdBy: account,
      createdAt: 1_000,
      members,
    },
    {
      ...{ conversation, number: 1, key: null, reason: 'created', by: account, at: 1_000 },
      members: [{ account, role: 'owner', chainSeq: 0 }],
    },
  );
  await accounts.secret('refresh', bytes);
  const journal = `conversation/${conversation}` as const;
  const row = (arrival: number) => ({
    ...{ journal, arrival, document: `${journal}/1`, update: bytes, bindings: [], receivedAt: 1_000, incarnation: 1 },
    events: [{ eventId: createId<EventId>(random), segment: 1, account, device }],
  });
  await documents.append([row(1), row(2), row(3)]);
  await documents.compact(journal, 0, { document: `${journal}/1`, upto: 2, state: bytes, bindings: [] });
  await documents.openSegment({ conversation, n: 1, importer: null, firstArrival: 1, openedAt: 1_000, closed: null });
  await documents.putReceipts([{ conversation, account, device, arrival: 2, at: 1_000 }]);
  return { account, conversation };
};
