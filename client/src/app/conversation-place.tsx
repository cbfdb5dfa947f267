import { useAtomValue, useSetAtom } from 'jotai';
import { useLocation } from 'wouter';
import { MembersPanel } from '../features/members/members-panel.tsx';
import { inviteForAtom } from '../state/interface-atoms.ts';
import { PATHS, type Place } from '../state/paths.ts';
import { useKith } from '../state/use-kith.ts';
import { useOverlaidPanel } from '../ui/use-media-query.ts';
import { ConversationScreen } from './conversation-screen.tsx';
import { SidePanel } from './side-panel.tsx';

export interface ConversationPlaceProps {
  readonly place: Extract<Place, { type: 'conversation' }>;
  readonly oneColumn: boolean;
}

/** A conversation, with its members beside it, over it, or instead of it. */
export const ConversationPlace = ({ place, oneColumn }: ConversationPlaceProps) => {
  const [, navigate] = useLocation();
  const conversation = useAtomValue(useKith().conversation(place.id));
  const setInviteFor = useSetAtom(inviteForAtom);
  const overlaid = useOverlaidPanel();
  const { id, members } = place;
  const closePanel = () => navigate(PATHS.conversation(id));
  const toHome = () => navigate(PATHS.home);
  return (
    <>
      {!(oneColumn && members) && (
        <main
          id="main"
          tabIndex={-1}
          inert={overlaid && members}
          className="flex min-h-0 min-w-0 grow flex-col outline-none"
        >
          <ConversationScreen
            id={id}
            panelOpen={members}
            onTogglePanel={() => navigate(members ? PATHS.conversation(id) : PATHS.members(id))}
            onHome={toHome}
            onBack={oneColumn ? toHome : null}
          />
        </main>
      )}
      {members && conversation && (
        <SidePanel name="Members" onClose={closePanel}>
          <MembersPanel
            conversation={conversation}
            onClose={closePanel}
            onInvite={setInviteFor}
            onLeft={() => navigate(PATHS.home)}
          />
        </SidePanel>
      )}
    </>
  );
};
