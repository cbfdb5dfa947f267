import type { ConversationId } from '@kith/schema/ids';
import { type ChangeEvent, useId, useState } from 'react';
import { Banner } from '../../ui/banner.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Spinner } from '../../ui/spinner.tsx';
import { INVITE_TERMS } from './invite-terms.ts';
import { ShareLink } from './share-link.tsx';
import { useInviteLink } from './use-invite-link.ts';

export interface InviteDialogProps {
  readonly conversation: ConversationId;
  readonly onClose: () => void;
}

type Role = 'member' | 'reader';

/** Has a link as soon as it opens, with terms that fit most; other terms make another link. */
export const InviteDialog = ({ conversation, onClose }: InviteDialogProps) => {
  const id = useId();
  const [terms, setTerms] = useState(0);
  const [role, setRole] = useState<Role>('member');
  const { expiresInSeconds, maxUses } = INVITE_TERMS[terms] ?? INVITE_TERMS[0];
  const { link, error, retry } = useInviteLink(conversation, { role, expiresInSeconds, maxUses });

  const selectLook = 'min-h-11 w-full rounded-xl border border-control bg-canvas px-3';
  return (
    <Dialog title="Invite someone" onClose={onClose}>
      <p>Send this link to whom you want here. Who has it can join until it runs out or you withdraw it.</p>
      {link && <ShareLink link={link} />}
      {error && (
        <>
          <Banner tone="error">{error}</Banner>
          <Button onClick={retry}>Try again</Button>
        </>
      )}
      {!link && !error && (
        <p role="status" className="flex min-h-56 items-center justify-center gap-2 text-muted">
          <Spinner /> Making a link…
        </p>
      )}
      <details>
        <summary className="flex min-h-11 items-center text-accent">Other terms</summary>
        <div className="flex flex-col gap-3 pt-1">
          <label htmlFor={`${id}-terms`} className="flex flex-col gap-1.5 text-small">
            The link is good for
            <select
              id={`${id}-terms`}
              value={terms}
              onChange={(event: ChangeEvent<HTMLSelectElement>) => setTerms(Number(event.target.value))}
              className={selectLook}
            >
              {INVITE_TERMS.map(({ label }, index) => (
                <option key={label} value={index}>
                  {label}
                </option>
              ))}
            </select>
          </label>
          <label htmlFor={`${id}-role`} className="flex flex-col gap-1.5 text-small">
            Who joins by it
            <select
              id={`${id}-role`}
              value={role}
              onChange={(event: ChangeEvent<HTMLSelectElement>) => setRole(event.target.value as Role)}
              className={selectLook}
            >
              <option value="member">reads and writes</option>
              <option value="reader">reads only</option>
            </select>
          </label>
        </div>
      </details>
    </Dialog>
  );
};
