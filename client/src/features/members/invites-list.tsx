import type { ConversationId, InviteId } from '@kith/schema/ids';
import { useAtomValue } from 'jotai';
import { useEffect, useState } from 'react';
import type { InviteInfo } from '../../engine/engine-api.ts';
import { inviteForAtom } from '../../state/interface-atoms.ts';
import { useEngine } from '../../state/use-kith.ts';
import { Button } from '../../ui/button.tsx';
import { errorSentence } from '../../ui/error-sentence.ts';
import { useNow, useTimeFormat } from '../../ui/time-context.ts';
import { useOneColumn } from '../../ui/use-media-query.ts';
import { useToastErrors } from '../../ui/use-toast-errors.ts';

/** Links that still let somebody in, each with how to withdraw it. Lives on the server: offline it says so. */
export const InvitesList = ({ conversation }: { readonly conversation: ConversationId }) => {
  const engine = useEngine();
  const format = useTimeFormat();
  const now = useNow();
  const toastErrors = useToastErrors();
  const Level = useOneColumn() ? 'h2' : 'h3';
  const inviting = useAtomValue(inviteForAtom);
  const [invites, setInvites] = useState<readonly InviteInfo[]>([]);
  const [error, setError] = useState<string | null>(null);
  const [revoked, setRevoked] = useState(0);

  // biome-ignore lint/correctness/useExhaustiveDependencies: read again after a link was made or withdrawn
  useEffect(() => {
    let current = true;
    engine.invites(conversation).then(
      (read) => {
        if (!current) return;
        setInvites(read);
        setError(null);
      },
      (cause: unknown) => current && setError(errorSentence(cause)),
    );
    return () => {
      current = false;
    };
  }, [engine, conversation, inviting, revoked]);

  const open = invites.filter(({ revoked, uses, maxUses, expiresAt }) => !revoked && uses < maxUses && expiresAt > now);
  if (open.length === 0 && error === null) return null;
  const revoke = (id: InviteId) =>
    toastErrors(engine.revokeInvite(conversation, id).then(() => setRevoked((count) => count + 1)));
  return (
    <section aria-labelledby="open-invitations" className="px-4">
      <Level id="open-invitations" className="pb-1 font-medium text-muted text-small">
        Open invitations
      </Level>
      {error && <p className="text-muted text-small">{error}</p>}
      <ul>
        {open.map(({ id, uses, maxUses, expiresAt, role }) => (
          <li key={id} className="flex min-h-12 items-center gap-2 text-small">
            <span className="grow">
              {format.number(uses)} of {format.number(maxUses)} used
              {role === 'reader' && ', reads only'}
              <span className="block text-muted">until {format.full(expiresAt)}</span>
            </span>
            <Button look="quiet-danger" className="px-3" onClick={() => revoke(id)}>
              Withdraw
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
};
