/** Commands of the outbox: requests that may be made twice. The id of what they make is this device's. [OUT-7] */
import { ConversationResponse } from '@kith/schema/api/conversations';
import { bytesToBase64Url } from '@kith/schema/base64url';
import type { ConversationId } from '@kith/schema/ids';
import { joinedRow } from '../conversations/conversation-rows.ts';
import { type ApiClient, NoAnswer } from '../session/api-client.ts';
import type { LocalStore, OutboxCommand } from '../storage/local-store.ts';

/** The command has left the outbox when this resolves. @throws EngineError, then it still stands there */
export const runCommand = async (
  { api, store }: { readonly api: ApiClient; readonly store: LocalStore },
  { conversation, command, position }: OutboxCommand,
): Promise<void> => {
  const path = `/api/conversations/${conversation}`;
  switch (command.name) {
    case 'create': {
      const body = { id: conversation, kind: command.kind, title: bytesToBase64Url(command.title) };
      await takeAnswer(store, conversation, await post(api, '/api/conversations', body));
      break;
    }
    case 'rename': {
      const body = { title: bytesToBase64Url(command.title) };
      await takeAnswer(
        store,
        conversation,
        await api.call({ method: 'PATCH', path, body, answer: ConversationResponse }),
      );
      break;
    }
    case 'leave':
      await api.call({ method: 'POST', path: `${path}/leave`, answer: NoAnswer });
      break;
  }
  await store.finishCommand(position);
};

const post = (api: ApiClient, path: string, body: object): Promise<ConversationResponse> =>
  api.call({ method: 'POST', path, body, answer: ConversationResponse });

const takeAnswer = (store: LocalStore, id: ConversationId, answer: ConversationResponse): Promise<void> =>
  store.updateConversation(id, (row) => joinedRow(row, answer));
