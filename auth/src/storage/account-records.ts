/**
 * All that an account store holds as one stream of records, in a form that no adapter has for itself: what copies and
 * backups are made of. Ceremonies, which live for minutes, are left out. [BAK-2]
 *
 *   (epoch* conversation invite*)* (account device*)* signing-key* secret* accounts
 *
 * The store may be in use meanwhile. Whoever is named is read after what names them: a conversation before its members,
 * who had accounts before they came in. A conversation's epochs are those up to the one at which it was read, and its
 * invitations, read later, have at least the uses that these epochs show.
 */
import type { AccountId, ConversationId } from '@kith/schema/ids';
import type { AccountRecord, AccountStore } from './account-store.ts';

export const readAccountRecords = async function* (store: AccountStore): AsyncGenerator<AccountRecord> {
  const conversations = await store.conversationIds();
  for (const id of conversations) yield* readConversation(store, id);
  const accounts = await store.accountIds();
  for (const id of accounts) yield* readAccount(store, id);
  for (const key of inOrder(await store.signingKeys(), ({ kid }) => kid)) yield { type: 'signing-key', key };
  for (const secret of await store.secrets()) yield { type: 'secret', ...secret };
  yield { type: 'accounts', accounts: accounts.length, conversations: conversations.length };
};

/** Conversations and accounts are never taken away. */
const missing = (what: string): Error => new Error(`${what} was there and is not`);

const readConversation = async function* (store: AccountStore, id: ConversationId): AsyncGenerator<AccountRecord> {
  const conversation = await store.conversation(id);
  if (conversation === null) throw missing(`the conversation ${id}`);
  for (let number = 1; number <= conversation.epoch; number++) {
    const epoch = await store.epoch(id, number);
    if (epoch === null) throw missing(`epoch ${number} of the conversation ${id}`);
    yield { type: 'epoch', epoch };
  }
  yield { type: 'conversation', conversation };
  for (const invite of inOrder(await store.invitesOf(id), (one) => one.id)) yield { type: 'invite', invite };
};

/** A session that starts meanwhile is left out with its device or comes with it. */
const readAccount = async function* (store: AccountStore, id: AccountId): AsyncGenerator<AccountRecord> {
  const account = await store.account(id);
  if (account === null) throw missing(`the account ${id}`);
  const [passwordHash, passkeys] = [await store.passwordHash(id), await store.passkeysOf(id)];
  yield { type: 'account', account, passwordHash, passkeys };
  const devices = await store.devices(id);
  const sessionByDevice = new Map((await store.sessionsOf(id)).map((session) => [session.device, session]));
  for (const device of inOrder(devices, (one) => one.id))
    yield { type: 'device', device, session: sessionByDevice.get(device.id) ?? null };
};

/** By time; those of one time stand in no order in some stores, and are put into one. */
const inOrder = <T extends { readonly createdAt: number }>(many: readonly T[], idOf: (one: T) => string): T[] =>
  many.toSorted((a, b) => a.createdAt - b.createdAt || (idOf(a) < idOf(b) ? -1 : 1));
