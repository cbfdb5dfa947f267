import type { ConversationId, InviteId } from '@kith/schema/ids';
import { WIRE_ERRORS } from '@kith/schema/wire-error';
import { useEffect, useState } from 'react';
import type { InvitePreview } from '../../engine/engine-api.ts';
import { useEngine } from '../../state/use-kith.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { Banner } from '../../ui/banner.tsx';
import { Button } from '../../ui/button.tsx';
import { errorSentence } from '../../ui/error-sentence.ts';
import { Spinner } from '../../ui/spinner.tsx';
import { useTimeFormat } from '../../ui/time-context.ts';

export interface JoinScreenProps {
  readonly invite: InviteId;
  /** Null when the link was cut off. */
  readonly secret: string | null;
  readonly onJoined: (id: ConversationId) => void;
  readonly onCancel: () => void;
}

/** What one is invited to, before one says yes. */
export const JoinScreen = ({ invite, secret, onJoined, onCancel }: JoinScreenProps) => {
  const engine = useEngine();
  const format = useTimeFormat();
  const [preview, setPreview] = useState<InvitePreview | null>(null);
  const [error, setError] = useState<string | null>(secret === null ? WIRE_ERRORS['invite-invalid'].sentence : null);
  const [busy, setBusy] = useState(false);
  const [attempt, setAttempt] = useState(0);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `attempt` is what "Try again" changes
  useEffect(() => {
    if (secret === null) return;
    let current = true;
    setError(null);
    engine.previewInvite({ id: invite, secret }).then(
      (read) => current && setPreview(read),
      (cause: unknown) => current && setError(errorSentence(cause)),
    );
    return () => {
      current = false;
    };
  }, [engine, invite, secret, attempt]);

  const join = () => {
    if (secret === null) return;
    setBusy(true);
    engine.joinByInvite({ id: invite, secret }).then(onJoined, (cause: unknown) => {
      setError(errorSentence(cause));
      setBusy(false);
    });
  };
  const title = preview?.title ?? 'A conversation';
  return (
    <div className="m-auto flex w-full max-w-sm flex-col items-center gap-4 text-balance p-6 text-center">
      {preview && <Avatar id={preview.conversation} name={title} size="large" shape="group" />}
      <h1 className="font-semibold text-large">{preview ? <bdi>{title}</bdi> : 'Invitation'}</h1>
      {preview && (
        <p className="text-muted">
          <bdi className="font-medium text-ink">{preview.invitedBy}</bdi> invites you.{' '}
          {preview.members === 1 ? '1 member' : `${format.number(preview.members)} members`} so far.
        </p>
      )}
      {!preview && !error && (
        <p role="status" className="flex items-center gap-2 text-muted">
          <Spinner /> Looking at the invitation…
        </p>
      )}
      {error && <Banner tone="error">{error}</Banner>}
      <div className="flex w-full flex-col gap-2">
        {preview && (
          <Button look="primary" busy={busy} onClick={join}>
            Join
          </Button>
        )}
        {!preview && error && secret !== null && <Button onClick={() => setAttempt(attempt + 1)}>Try again</Button>}
        <Button look="quiet" onClick={onCancel}>
          Not now
        </Button>
      </div>
    </div>
  );
};
