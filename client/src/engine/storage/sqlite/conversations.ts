/** Session, keys, conversations, members, receipts. */
import { bytesToBase64Url, parseBase64Url } from '@kith/schema/base64url';
import type { ConversationRow, DeviceKeys, LocalStore, StoredSession } from '../local-store.ts';
import type { ProfileDatabase } from './profile-database.ts';
import { conversationRow, memberRow, receiptRow, toJson } from './rows.ts';

const readSetting = (db: ProfileDatabase, name: string): string | null => {
  const row = db.get('SELECT value FROM setting WHERE name = ?', name);
  return row === undefined ? null : String(row['value']);
};

const writeSetting = (db: ProfileDatabase, name: string, value: string): void =>
  db.run('INSERT OR REPLACE INTO setting VALUES (?, ?)', name, value);

/** Node cannot store key handles, so the folder holds the keys themselves; it is made readable by its owner only. */
export const sqliteSession = (
  db: ProfileDatabase,
  subtle: SubtleCrypto,
  changed: () => void,
): Pick<LocalStore, 'session' | 'saveSession' | 'deviceKeys' | 'saveDeviceKeys'> => ({
  session: async () => {
    const text = readSetting(db, 'session');
    return text === null ? null : (JSON.parse(text) as StoredSession);
  },
  saveSession: async (session) => {
    writeSetting(db, 'session', JSON.stringify(session));
    changed();
  },
  deviceKeys: async () => {
    const text = readSetting(db, 'keys');
    if (text === null) return null;
    const keys = JSON.parse(text) as Record<'sign' | 'box', StoredPair>;
    return {
      sign: await importPair(subtle, 'Ed25519', keys.sign, ['sign'], ['verify']),
      box: await importPair(subtle, 'X25519', keys.box, ['deriveBits'], []),
    };
  },
  saveDeviceKeys: async (keys: DeviceKeys) => {
    const stored = { sign: await exportPair(subtle, keys.sign), box: await exportPair(subtle, keys.box) };
    writeSetting(db, 'keys', JSON.stringify(stored));
    changed();
  },
});

interface StoredPair {
  readonly pkcs8: string;
  readonly raw: string;
}

const exportPair = async (subtle: SubtleCrypto, pair: CryptoKeyPair): Promise<StoredPair> => ({
  pkcs8: bytesToBase64Url(new Uint8Array(await subtle.exportKey('pkcs8', pair.privateKey))),
  raw: bytesToBase64Url(new Uint8Array(await subtle.exportKey('raw', pair.publicKey))),
});

const importPair = async (
  subtle: SubtleCrypto,
  algorithm: string,
  stored: StoredPair,
  privateUse: KeyUsage[],
  publicUse: KeyUsage[],
): Promise<CryptoKeyPair> => ({
  privateKey: await subtle.importKey('pkcs8', storedBytes(stored.pkcs8), algorithm, true, privateUse),
  publicKey: await subtle.importKey('raw', storedBytes(stored.raw), algorithm, true, publicUse),
});

const storedBytes = (text: string): Uint8Array<ArrayBuffer> => {
  const bytes = parseBase64Url(text);
  if (bytes === null) throw new Error('a key of this profile is damaged');
  return bytes;
};

export const putConversation = (db: ProfileDatabase, { title, ...row }: ConversationRow): void =>
  db.run('INSERT OR REPLACE INTO conversation VALUES (?, ?, ?)', row.id, title, JSON.stringify(row));

const readConversation = (db: ProfileDatabase, id: string): ConversationRow | null => {
  const row = db.get('SELECT * FROM conversation WHERE id = ?', id);
  return row === undefined ? null : conversationRow(row);
};

type ConversationsPart =
  | 'conversations'
  | 'conversation'
  | 'saveConversation'
  | 'updateConversation'
  | 'members'
  | 'replaceMembers'
  | 'saveReceipts'
  | 'receipts'
  | 'forgetReceipts';

export const sqliteConversations = (db: ProfileDatabase, changed: () => void): Pick<LocalStore, ConversationsPart> => {
  const write = (work: () => void): void => {
    db.transaction(work);
    changed();
  };
  return {
    conversations: async () => db.all('SELECT * FROM conversation').map(conversationRow),
    conversation: async (id) => readConversation(db, id),
    saveConversation: async (row) => write(() => putConversation(db, row)),
    updateConversation: async (id, change) =>
      write(() => {
        const row = readConversation(db, id);
        if (row !== null) putConversation(db, change(row));
      }),
    members: async (conversation) =>
      db.all('SELECT row FROM member WHERE conversation = ? ORDER BY position', conversation).map(memberRow),
    replaceMembers: async (conversation, members) =>
      write(() => {
        db.run('DELETE FROM member WHERE conversation = ?', conversation);
        members.forEach((member, n) => {
          db.run('INSERT INTO member VALUES (?, ?, ?)', conversation, n, toJson(member));
        });
      }),
    saveReceipts: async (receipts) =>
      write(() => {
        for (const { conversation, account, device, arrival, at } of receipts) {
          db.run(
            `INSERT INTO receipt VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET arrival = excluded.arrival, at = excluded.at
             WHERE excluded.arrival > receipt.arrival`,
            ...[conversation, account, device ?? '', arrival, at],
          );
        }
      }),
    receipts: async (conversation) =>
      db.all('SELECT * FROM receipt WHERE conversation = ?', conversation).map(receiptRow),
    forgetReceipts: async (conversation) =>
      write(() => db.run('DELETE FROM receipt WHERE conversation = ?', conversation)),
  };
};
