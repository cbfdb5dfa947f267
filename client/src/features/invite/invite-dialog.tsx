import type { ConversationId } from '@kith/schema/ids';
import { type ChangeEvent, useEffect, useId, useState } from 'react';
import type { InviteLink } from '../../engine/engine-api.ts';
import { useEngine } from '../../state/use-kith.ts';
import { Banner } from '../../ui/banner.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { errorSentence } from '../../ui/error-sentence.ts';
import { Spinner } from '../../ui/spinner.tsx';
import { INVITE_TERMS } from './invite-terms.ts';
import { ShareLink } from './share-link.tsx';

export interface InviteDialogProps {
  readonly conversation: ConversationId;
  readonly onClose: () => void;
}

type Role = 'member' | 'reader';

/** Makes a link as soon as it opens, with terms that fit most; other terms make another link. */
export const InviteDialog = ({ conversation, onClose }: InviteDialogProps) => {
  const engine = useEngine();
  const id = useId();
  const [terms, setTerms] = useState(0);
  const [role, setRole] = useState<Role>('member');
  const [link, setLink] = useState<InviteLink | null>(null);
  const [error, setError] = useState<string | null>(null);
  const [attempt, setAttempt] = useState(0);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `attempt` is what "Try again" changes
  useEffect(() => {
    let current = true;
    setLink(null);
    setError(null);
    const { expiresInSeconds, maxUses } = INVITE_TERMS[terms] ?? INVITE_TERMS[0];
    engine.createInvite(conversation, { role, expiresInSeconds, maxUses }).then(
      (made) => current && setLink(made),
      (cause: unknown) => current && setError(errorSentence(cause)),
    );
    return () => {
      current = false;
    };
  }, [engine, conversation, terms, role, attempt]);

  const selectLook = 'min-h-11 w-full rounded-xl border border-control bg-canvas px-3';
  return (
    <Dialog title="Invite someone" onClose={onClose}>
      <p>Send this link to whom you want here. Who has it can join until it runs out or you withdraw it.</p>
      {link && <ShareLink link={link} />}
      {error && (
        <>
          <Banner tone="error">{error}</Banner>
          <Button onClick={() => setAttempt(attempt + 1)}>Try again</Button>
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
