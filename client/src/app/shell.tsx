import type { ConversationId } from '@kith/schema/ids';
import { useAtom, useAtomValue } from 'jotai';
import { MessagesSquare } from 'lucide-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { Redirect, useLocation } from 'wouter';
import { ConversationsPane } from '../features/conversations/conversations-pane.tsx';
import { FirstSteps } from '../features/conversations/first-steps.tsx';
import { ImportDialog } from '../features/conversations/import-dialog.tsx';
import { NewGroupDialog } from '../features/conversations/new-group-dialog.tsx';
import { useNoteToSelf } from '../features/conversations/use-note-to-self.ts';
import { DevicesScreen } from '../features/devices/devices-screen.tsx';
import { InviteDialog } from '../features/invite/invite-dialog.tsx';
import { JoinScreen } from '../features/join/join-screen.tsx';
import { SettingsScreen } from '../features/settings/settings-screen.tsx';
import { inviteForAtom } from '../state/interface-atoms.ts';
import { PATHS, type Place, parseInviteSecret } from '../state/paths.ts';
import type { ThemeAtom } from '../state/theme.ts';
import { useKith } from '../state/use-kith.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { useOneColumn } from '../ui/use-media-query.ts';
import { useToastErrors } from '../ui/use-toast-errors.ts';
import { ConversationPlace } from './conversation-place.tsx';
import { useEscape } from './use-escape.ts';

export interface ShellProps {
  readonly place: Place;
  readonly themeAtom: ThemeAtom;
}

/** List, timeline, panel: side by side, or one column at a time. */
export const Shell = ({ place, themeAtom }: ShellProps) => {
  const [, navigate] = useLocation();
  const oneColumn = useOneColumn();
  const [dialog, setDialog] = useState<'new-group' | 'import' | null>(null);
  const [inviteFor, setInviteFor] = useAtom(inviteForAtom);
  const toastErrors = useToastErrors();
  const open = (id: ConversationId) => navigate(PATHS.conversation(id));
  const openNoteToSelf = useNoteToSelf(open);
  const noteToSelf = () => toastErrors(openNoteToSelf());
  const up = parentOf(place, oneColumn);
  useEscape(up === null ? null : () => navigate(up));

  const steps = (
    <FirstSteps
      onInvite={() => setDialog('new-group')}
      onNoteToSelf={noteToSelf}
      onImport={() => setDialog('import')}
    />
  );
  const selected = place.type === 'conversation' ? place.id : null;
  // With nothing beside it, the list is what the page is about.
  const Column = oneColumn ? 'main' : 'div';
  const showList = !oneColumn || place.type === 'home';
  return (
    <div className="flex min-h-0 grow">
      {showList && (
        <Column
          id={oneColumn ? 'main' : undefined}
          className="flex min-h-0 w-[300px] shrink-0 flex-col border-line border-r bg-side max-sm:w-full max-sm:border-none"
        >
          <ConversationsPane
            selected={selected}
            empty={oneColumn ? steps : <p className="px-5 py-3 text-muted">No conversations yet.</p>}
            onNewGroup={() => setDialog('new-group')}
            onNoteToSelf={noteToSelf}
            onImport={() => setDialog('import')}
          />
        </Column>
      )}
      {!(oneColumn && place.type === 'home') && (
        <Main place={place} steps={steps} themeAtom={themeAtom} oneColumn={oneColumn} />
      )}
      {dialog === 'import' && <ImportDialog onClose={() => setDialog(null)} />}
      {dialog === 'new-group' && (
        <NewGroupDialog
          onClose={() => setDialog(null)}
          onCreated={(id) => {
            setDialog(null);
            open(id);
            setInviteFor(id);
          }}
        />
      )}
      {inviteFor && <InviteDialog conversation={inviteFor} onClose={() => setInviteFor(null)} />}
    </div>
  );
};

/** Where "Back" and Escape lead; null at the outermost place. */
const parentOf = (place: Place, oneColumn: boolean): string | null => {
  switch (place.type) {
    case 'conversation':
      if (place.members) return PATHS.conversation(place.id);
      return oneColumn ? PATHS.home : null;
    case 'devices':
      return PATHS.settings;
    case 'settings':
    case 'join':
      return PATHS.home;
    case 'home':
    case 'unknown':
      return null;
  }
};

interface MainProps extends ShellProps {
  readonly steps: ReactNode;
  readonly oneColumn: boolean;
}

const Main = ({ place, steps, themeAtom, oneColumn }: MainProps) => {
  const [, navigate] = useLocation();
  const ref = useRef<HTMLElement>(null);
  const toHome = () => navigate(PATHS.home);
  const screen = place.type;
  // A new screen begins at its title; conversations begin at their composer.
  useEffect(() => {
    if (screen === 'settings' || screen === 'devices')
      ref.current?.querySelector<HTMLElement>('[data-pane-title]')?.focus();
  }, [screen]);
  if (place.type === 'conversation') return <ConversationPlace place={place} oneColumn={oneColumn} />;
  return (
    <main ref={ref} id="main" tabIndex={-1} className="flex min-h-0 min-w-0 grow flex-col overflow-y-auto outline-none">
      {place.type === 'home' && <Home steps={steps} />}
      {place.type === 'settings' && <SettingsScreen themeAtom={themeAtom} onBack={oneColumn ? toHome : null} />}
      {place.type === 'devices' && <DevicesScreen onBack={() => navigate(PATHS.settings)} />}
      {place.type === 'join' && (
        <JoinScreen
          invite={place.id}
          secret={parseInviteSecret(window.location.hash)}
          onJoined={(id) => navigate(PATHS.conversation(id), { replace: true })}
          onCancel={toHome}
        />
      )}
      {place.type === 'unknown' && <Redirect to={PATHS.home} replace />}
    </main>
  );
};

const Home = ({ steps }: { readonly steps: ReactNode }) => {
  const conversations = useAtomValue(useKith().conversationsAtom);
  if (conversations === undefined) return null;
  if (conversations.length === 0) return steps;
  return (
    <EmptyState icon={MessagesSquare} title="Choose a conversation">
      <p className="text-muted">Arrow keys move through the list, Enter opens.</p>
    </EmptyState>
  );
};
