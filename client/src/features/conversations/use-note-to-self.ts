import type { ConversationId } from '@kith/schema/ids';
import { useAtomValue } from 'jotai';
import { useKith } from '../../state/use-kith.ts';

/** Opens the one conversation with oneself, making it the first time. */
export const useNoteToSelf = (onOpen: (id: ConversationId) => void): (() => Promise<void>) => {
  const { engine, conversationsAtom } = useKith();
  const conversations = useAtomValue(conversationsAtom);
  return async () => {
    const existing = conversations?.find(({ kind, state }) => kind === 'self' && state !== 'left');
    onOpen(existing?.id ?? (await engine.createConversation({ kind: 'self', title: 'Note to self' })));
  };
};
