/** The list of conversations and their members, as auth has them, into the local store. [ENG-6] */
import {
  ConversationListResponse,
  type ConversationResponse,
  MemberListResponse,
} from '@kith/schema/api/conversations';
import type { ConversationId } from '@kith/schema/ids';
import { createSerialQueue } from '../serial-queue.ts';
import type { ApiClient } from '../session/api-client.ts';
import type { Command, ConversationRow, LocalStore } from '../storage/local-store.ts';
import { leftRow, memberRow, mergedRow, newRow } from './conversation-rows.ts';

export interface ConversationSync {
  /** Resolves when what auth says is here. Calls during a run share the next one. @throws EngineError */
  run(): Promise<void>;
  /** What auth answered about one conversation, with its members. */
  take(answer: ConversationResponse): Promise<void>;
  /** Its members with the devices that they have now, which no version counts. @throws EngineError */
  members(conversation: ConversationId): Promise<void>;
}

export const createConversationSync = (deps: {
  readonly store: LocalStore;
  readonly api: ApiClient;
}): ConversationSync => {
  let current: Promise<void> | null = null;
  let next: Promise<void> | null = null;
  // one at a time: two that find a conversation new would each begin its row anew
  const queue = createSerialQueue();
  const take = (answer: ConversationResponse, waiting: ReadonlySet<Command['name']> = NONE): Promise<void> =>
    queue.run(() => takeConversation(deps, answer, waiting));

  const syncOnce = async (): Promise<void> => {
    const before = await deps.store.conversations();
    const { conversations } = await deps.api.call({
      method: 'GET',
      path: '/api/conversations',
      answer: ConversationListResponse,
    });
    const waiting = await waitingCommands(deps.store);
    const rows = new Map((await deps.store.conversations()).map((row) => [row.id, row]));
    for (const answer of conversations) {
      const row = rows.get(answer.id);
      const commands = waiting.get(answer.id);
      if (row === undefined || !isSameRow(row, mergedRow(row, answer, commands ?? NONE))) await take(answer, commands);
    }
    const listed = new Set(conversations.map(({ id }) => id));
    for (const { id, state, version } of before) {
      if (state !== 'joined' || listed.has(id)) continue;
      // of another version: one came back in while the list was on its way
      await deps.store.updateConversation(id, (row) => (row.version === version ? leftRow(row) : row));
    }
  };
  const start = (): Promise<void> => {
    current = syncOnce().finally(() => {
      current = null;
    });
    return current;
  };
  return {
    take,
    members: (conversation) => queue.run(() => takeMembers(deps, conversation)),
    run: () => {
      if (current === null) return start();
      next ??= current.then(noop, noop).then(() => {
        next = null;
        return start();
      });
      return next;
    },
  };
};

const noop = (): void => undefined;

const NONE: ReadonlySet<Command['name']> = new Set();

/** Commands on their way: what they change is not overwritten by what auth does not know yet. */
const waitingCommands = async (
  store: LocalStore,
): Promise<ReadonlyMap<ConversationId, ReadonlySet<Command['name']>>> => {
  const names = new Map<ConversationId, Set<Command['name']>>();
  for (const entry of await store.outbox()) {
    if (entry.type !== 'command') continue;
    names.set(entry.conversation, (names.get(entry.conversation) ?? new Set()).add(entry.command.name));
  }
  return names;
};

const takeConversation = async (
  { store, api }: { readonly store: LocalStore; readonly api: ApiClient },
  answer: ConversationResponse,
  waiting: ReadonlySet<Command['name']>,
): Promise<void> => {
  const known = await store.conversation(answer.id);
  if (known?.version !== answer.version || (await store.members(answer.id)).length === 0) {
    await takeMembers({ store, api }, answer.id);
  }
  if (known === null) return store.saveConversation(newRow(answer));
  const merged = mergedRow(known, answer, waiting);
  if (isSameRow(known, merged)) return;
  await store.updateConversation(answer.id, (row) => mergedRow(row, answer, waiting));
};

const takeMembers = async (
  { store, api }: { readonly store: LocalStore; readonly api: ApiClient },
  conversation: ConversationId,
): Promise<void> => {
  const path = `/api/conversations/${conversation}/members`;
  const { members } = await api.call({ method: 'GET', path, answer: MemberListResponse });
  await store.replaceMembers(
    conversation,
    members.map((member) => memberRow(conversation, member)),
  );
};

const isSameRow = (a: ConversationRow, b: ConversationRow): boolean =>
  a.version === b.version &&
  a.state === b.state &&
  a.role === b.role &&
  a.memberCount === b.memberCount &&
  a.title.length === b.title.length &&
  a.title.every((byte, i) => byte === b.title[i]);
