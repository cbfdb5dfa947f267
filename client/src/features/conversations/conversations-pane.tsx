import type { ConversationId } from '@kith/schema/ids';
import { useAtomValue } from 'jotai';
import { FileInput, NotebookPen, Plus, Settings } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link, useLocation } from 'wouter';
import { PATHS } from '../../state/paths.ts';
import { useKith } from '../../state/use-kith.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { Menu } from '../../ui/menu.tsx';
import { useOneColumn } from '../../ui/use-media-query.ts';
import { ConversationList } from './conversation-list.tsx';

export interface ConversationsPaneProps {
  readonly selected: ConversationId | null;
  readonly empty: ReactNode;
  readonly onNewGroup: () => void;
  readonly onNoteToSelf: () => void;
  readonly onImport: () => void;
}

export const ConversationsPane = ({ selected, empty, onNewGroup, onNoteToSelf, onImport }: ConversationsPaneProps) => {
  const session = useAtomValue(useKith().sessionAtom);
  const [, navigate] = useLocation();
  const oneColumn = useOneColumn();
  return (
    <nav aria-label="Conversations" className="relative flex min-h-0 grow flex-col">
      <header className="flex min-h-15 shrink-0 items-center gap-1 py-1.5 pr-2 pl-4">
        {session && (
          <Link href={PATHS.settings} aria-label={`Settings of ${session.name}`} className="flex rounded-full">
            <Avatar id={session.account} name={session.name} size="small" />
          </Link>
        )}
        <h1 className="grow px-2 font-semibold text-title">Kith</h1>
        {!oneColumn && <IconButton icon={Plus} name="New group" onClick={onNewGroup} />}
        <Menu
          name="More"
          items={[
            { label: 'Note to self', icon: NotebookPen, onSelect: onNoteToSelf },
            { label: 'Import messages', icon: FileInput, onSelect: onImport },
            { label: 'Settings', icon: Settings, onSelect: () => navigate(PATHS.settings) },
          ]}
        />
      </header>
      <ConversationList selected={selected} empty={empty} />
      {oneColumn && (
        <IconButton
          icon={Plus}
          name="New group"
          look="primary"
          onClick={onNewGroup}
          className="absolute right-4 bottom-[max(1rem,env(safe-area-inset-bottom))] size-14 shadow-raised"
        />
      )}
    </nav>
  );
};
