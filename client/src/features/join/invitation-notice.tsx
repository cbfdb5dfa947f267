import type { InviteId } from '@kith/schema/ids';
import { useEffect, useState } from 'react';
import type { InvitePreview } from '../../engine/engine-api.ts';
import { useEngine } from '../../state/use-kith.ts';
import { Banner } from '../../ui/banner.tsx';

export interface InvitationNoticeProps {
  readonly invite: InviteId;
  readonly secret: string | null;
}

/** Above the sign-up of somebody who came by an invitation: what waits behind it, as far as it may be seen before. */
export const InvitationNotice = ({ invite, secret }: InvitationNoticeProps) => {
  const engine = useEngine();
  const [preview, setPreview] = useState<InvitePreview | null>(null);
  useEffect(() => {
    if (secret === null) return;
    let current = true;
    engine.previewInvite({ id: invite, secret }).then(
      (read) => current && setPreview(read),
      () => undefined, // not to be seen before signing in: the page says so after it
    );
    return () => {
      current = false;
    };
  }, [engine, invite, secret]);
  return (
    <Banner tone="neutral">
      {preview ? (
        <>
          <bdi className="font-medium">{preview.invitedBy}</bdi> invites you to{' '}
          <bdi className="font-medium">{preview.title ?? 'a conversation'}</bdi>.{' '}
        </>
      ) : (
        'You have an invitation. '
      )}
      Create an account or sign in, then you can join.
    </Banner>
  );
};
