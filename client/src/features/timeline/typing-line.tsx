import type { ConversationId } from '@kith/schema/ids';
import { useAtomValue } from 'jotai';
import { namesOf } from '../../state/kith-state.ts';
import { useKith } from '../../state/use-kith.ts';
import { typingSentence } from './typing-sentence.ts';

/** Keeps its height when nobody types, so that nothing moves. */
export const TypingLine = ({ conversation }: { readonly conversation: ConversationId }) => {
  const kith = useKith();
  const presence = useAtomValue(kith.presence(conversation));
  const members = useAtomValue(kith.members(conversation)) ?? [];
  return (
    <p data-testid="typing" className="h-5 shrink-0 truncate px-5 text-muted text-small">
      {typingSentence(namesOf(presence?.typing ?? [], members))}
    </p>
  );
};
