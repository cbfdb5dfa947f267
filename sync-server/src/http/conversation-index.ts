/** One line per conversation of an account: where its journal stands, and up to where this device and person are. */
import type { IndexResponse } from '@kith/schema/api/history';
import type { ConversationDirectory } from '@kith/schema/conversation-directory';
import type { ConversationId } from '@kith/schema/ids';
import type { AccessClaims } from '@kith/schema/token-claims';
import type * as v from 'valibot';
import type { DocumentStore } from '../storage/document-store.ts';

type Index = v.InferInput<typeof IndexResponse>;

export type ConversationIndex = (claims: Pick<AccessClaims, 'sub' | 'device'>) => Promise<Index>;

interface IndexDeps {
  readonly directory: Pick<ConversationDirectory, 'conversationsOf'>;
  readonly store: DocumentStore;
}

export const createConversationIndex = ({ directory, store }: IndexDeps): ConversationIndex => {
  const line = async (conversation: ConversationId, { sub, device }: Pick<AccessClaims, 'sub' | 'device'>) => {
    const { incarnation, lastEventArrival } = await store.position(`conversation/${conversation}`);
    const { stored, read } = await store.ownReceipts(conversation, sub, device);
    return { conversation, incarnation, lastArrival: lastEventArrival, stored, read };
  };
  return async (claims) => {
    const conversations = await directory.conversationsOf(claims.sub);
    return { conversations: await Promise.all(conversations.map((id) => line(id, claims))) };
  };
};
