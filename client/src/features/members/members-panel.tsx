import type { ConversationId } from '@kith/schema/ids';
import { can } from '@kith/schema/policy/can';
import { useAtomValue } from 'jotai';
import { LogOut, Pencil, UserPlus } from 'lucide-react';
import { useState } from 'react';
import type { ConversationView } from '../../engine/views.ts';
import { useKith } from '../../state/use-kith.ts';
import { Button } from '../../ui/button.tsx';
import { PaneHeader } from '../../ui/pane-header.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { titleOf } from '../../ui/title-of.ts';
import { useOneColumn } from '../../ui/use-media-query.ts';
import { InvitesList } from './invites-list.tsx';
import { LeaveDialog } from './leave-dialog.tsx';
import { MemberRow } from './member-row.tsx';
import { RenameDialog } from './rename-dialog.tsx';

export interface MembersPanelProps {
  readonly conversation: ConversationView;
  readonly onClose: () => void;
  readonly onInvite: (id: ConversationId) => void;
  readonly onLeft: () => void;
}

/** Who is here, and what one may do about it. */
export const MembersPanel = ({ conversation, onClose, onInvite, onLeft }: MembersPanelProps) => {
  const kith = useKith();
  const members = useAtomValue(kith.members(conversation.id));
  const presence = useAtomValue(kith.presence(conversation.id));
  const [open, setOpen] = useState<'rename' | 'leave' | null>(null);
  const oneColumn = useOneColumn();
  const { role, kind } = conversation;
  return (
    <>
      <PaneHeader
        level={oneColumn ? 'h1' : 'h2'}
        title="Members"
        subtitle={<bdi>{titleOf(conversation)}</bdi>}
        {...(oneColumn ? { onBack: onClose } : { onClose })}
      />
      <div className="bottom-safe flex min-h-0 grow flex-col gap-4 overflow-y-auto py-3">
        {can(role, 'invite') && kind === 'group' && (
          <div className="px-4">
            <Button look="primary" className="w-full" onClick={() => onInvite(conversation.id)}>
              <UserPlus aria-hidden="true" size={18} /> Invite someone
            </Button>
          </div>
        )}
        {members === undefined ? (
          <Skeleton rows={3} label="Loading members" />
        ) : (
          <ul aria-label="Members" className="px-2">
            {members.map((member) => (
              <MemberRow
                key={member.account}
                conversation={conversation.id}
                member={member}
                ownRole={role}
                online={member.self || (presence?.online.includes(member.account) ?? false)}
              />
            ))}
          </ul>
        )}
        {can(role, 'invite') && kind === 'group' && <InvitesList conversation={conversation.id} />}
        <div className="mt-auto flex flex-col gap-1 px-2">
          {can(role, 'rename') && (
            <Button look="quiet" className="justify-start" onClick={() => setOpen('rename')}>
              <Pencil aria-hidden="true" size={18} /> Rename
            </Button>
          )}
          {role !== null && (
            <Button look="quiet-danger" className="justify-start" onClick={() => setOpen('leave')}>
              <LogOut aria-hidden="true" size={18} /> Leave
            </Button>
          )}
        </div>
      </div>
      {open === 'rename' && <RenameDialog conversation={conversation} onClose={() => setOpen(null)} />}
      {open === 'leave' && <LeaveDialog conversation={conversation} onLeft={onLeft} onClose={() => setOpen(null)} />}
    </>
  );
};
