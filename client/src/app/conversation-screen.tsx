import type { ConversationId } from '@kith/schema/ids';
import { useAtomValue } from 'jotai';
import { MessageSquareOff, Users } from 'lucide-react';
import { useEffect } from 'react';
import { Composer } from '../features/composer/composer.tsx';
import { Timeline } from '../features/timeline/timeline.tsx';
import { TypingLine } from '../features/timeline/typing-line.tsx';
import { useKith } from '../state/use-kith.ts';
import { Avatar } from '../ui/avatar.tsx';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { PaneHeader } from '../ui/pane-header.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { useTimeFormat } from '../ui/time-context.ts';
import { titleOf } from '../ui/title-of.ts';
import { presenceSentence } from './presence-sentence.ts';

export interface ConversationScreenProps {
  readonly id: ConversationId;
  readonly panelOpen: boolean;
  readonly onTogglePanel: () => void;
  readonly onHome: () => void;
  /** Null where the list is beside it. */
  readonly onBack: (() => void) | null;
}

export const ConversationScreen = ({ id, panelOpen, onTogglePanel, onHome, onBack }: ConversationScreenProps) => {
  const kith = useKith();
  const conversation = useAtomValue(kith.conversation(id));
  const session = useAtomValue(kith.sessionAtom);
  const presence = useAtomValue(kith.presence(id));
  const format = useTimeFormat();
  const { engine } = kith;
  useEffect(() => {
    // Shown from the store in any case; the engine hears of it when its worker runs.
    engine.showConversation(id).catch(() => undefined);
    return () => void engine.showConversation(null).catch(() => undefined);
  }, [engine, id]);

  if (conversation === undefined) return <Skeleton rows={5} label="Loading the conversation" />;
  if (conversation === null)
    return (
      <EmptyState icon={MessageSquareOff} title="This conversation is not on this device">
        <p className="text-muted">You may have left it, or it is not yours. With an invitation you can join it.</p>
        <Button onClick={onHome}>To the conversations</Button>
      </EmptyState>
    );
  const here = (presence?.online ?? []).filter((account) => account !== session?.account).length;
  return (
    <>
      <PaneHeader
        onBack={onBack}
        leading={<Avatar id={id} name={titleOf(conversation)} size="small" shape="group" />}
        title={<bdi>{titleOf(conversation)}</bdi>}
        subtitle={presenceSentence({ kind: conversation.kind, members: conversation.memberCount, here }, format.number)}
        actions={<IconButton icon={Users} name="Members" aria-expanded={panelOpen} onClick={onTogglePanel} />}
      />
      <Timeline conversation={conversation} />
      <TypingLine conversation={id} />
      <Composer key={id} conversation={conversation} />
    </>
  );
};
