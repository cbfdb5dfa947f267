/** Commands of the outbox: requests that may be made twice. The id of what they make is this device's. [OUT-7] */
import { ConversationResponse } from '@kith/schema/api/conversations';
import { bytesToBase64Url } from '@kith/schema/base64url';
import { mergedRow } from '../conversations/conversation-rows.ts';
import { type ApiClient, NoAnswer } from '../session/api-client.ts';
import type { Command, LocalStore, OutboxCommand } from '../storage/local-store.ts';

/**
 * `later`: commands that wait behind it; what they change is not overwritten by the answer to this one. The command has
 * left the outbox when this resolves. @throws EngineError, then it still stands there
 */
export const runCommand = async (
  { api, store }: { readonly api: ApiClient; readonly store: LocalStore },
  { conversation, command, position }: OutboxCommand,
  later: ReadonlySet<Command['name']>,
): Promise<void> => {
  const path = `/api/conversations/${conversation}`;
  const take = (answer: ConversationResponse): Promise<void> =>
    store.updateConversation(conversation, (row) => mergedRow(row, answer, later));
  switch (command.name) {
    case 'create': {
      const body = { id: conversation, kind: command.kind, title: bytesToBase64Url(command.title) };
      await take(await api.call({ method: 'POST', path: '/api/conversations', body, answer: ConversationResponse }));
      break;
    }
    case 'rename': {
      const body = { title: bytesToBase64Url(command.title) };
      await take(await api.call({ method: 'PATCH', path, body, answer: ConversationResponse }));
      break;
    }
    case 'leave':
      await api.call({ method: 'POST', path: `${path}/leave`, answer: NoAnswer });
      break;
  }
  await store.finishCommand(position);
};
