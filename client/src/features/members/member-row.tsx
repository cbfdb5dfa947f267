import type { ConversationId } from '@kith/schema/ids';
import type { Role } from '@kith/schema/role';
import { UserMinus } from 'lucide-react';
import { useState } from 'react';
import type { MemberView } from '../../engine/views.ts';
import { useEngine } from '../../state/use-kith.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { Menu } from '../../ui/menu.tsx';
import { ROLE_NAMES } from '../../ui/role-names.ts';
import { useToastErrors } from '../../ui/use-toast-errors.ts';
import { memberActions } from './member-actions.ts';

export interface MemberRowProps {
  readonly conversation: ConversationId;
  readonly member: MemberView;
  readonly ownRole: Role | null;
  readonly online: boolean;
}

export const MemberRow = ({ conversation, member, ownRole, online }: MemberRowProps) => {
  const engine = useEngine();
  const toastErrors = useToastErrors();
  const [removing, setRemoving] = useState(false);
  const { roles, remove } = memberActions(ownRole, member.role, member.self);
  const items = [
    ...roles.map((role) => ({
      label: ROLE_NAMES[role],
      checked: role === member.role,
      onSelect: () => {
        if (role !== member.role) toastErrors(engine.changeRole(conversation, member.account, role));
      },
    })),
    ...(remove ? [{ label: 'Remove', icon: UserMinus, danger: true, onSelect: () => setRemoving(true) }] : []),
  ];
  return (
    <li className="flex min-h-14 items-center gap-3 rounded-xl px-2">
      <span className="relative flex">
        <Avatar id={member.account} name={member.name} />
        {online && (
          <span
            role="img"
            aria-label="Here now"
            className="absolute right-0 bottom-0 size-3 rounded-full border-2 border-side bg-accent"
          />
        )}
      </span>
      <span className="flex min-w-0 grow flex-col">
        <span className="flex gap-1 truncate font-medium">
          <bdi className="truncate">{member.name}</bdi>
          {member.self && <span className="text-muted">(you)</span>}
        </span>
        <span className="truncate text-muted text-small">
          @{member.handle} · {ROLE_NAMES[member.role]}
        </span>
      </span>
      {items.length > 0 && <Menu name={`Actions for ${member.name}`} items={items} />}
      {removing && (
        <ConfirmDialog
          title="Remove from the group?"
          confirm="Remove"
          onConfirm={() => engine.removeMember(conversation, member.account)}
          onClose={() => setRemoving(false)}
        >
          <p>
            <bdi className="font-medium">{member.name}</bdi> gets nothing new from here on, and keeps what is on their
            devices already.
          </p>
        </ConfirmDialog>
      )}
    </li>
  );
};
