import type { ConversationId } from '@kith/schema/ids';
import { useAtom } from 'jotai';
import { useEffect, useRef, useState } from 'react';
import type { Engine, InviteLink } from '../../engine/engine-api.ts';
import { inviteLinksAtom } from '../../state/interface-atoms.ts';
import { useEngine } from '../../state/use-kith.ts';
import { errorSentence } from '../../ui/error-sentence.ts';

export type InviteTerms = Parameters<Engine['createInvite']>[1];

export interface InviteLinkState {
  /** Null while it is made. */
  readonly link: InviteLink | null;
  readonly error: string | null;
  readonly retry: () => void;
}

/** A link with these terms: the one that was made before while nobody has used it, else a new one. [UI-25] */
export const useInviteLink = (conversation: ConversationId, terms: InviteTerms): InviteLinkState => {
  const engine = useEngine();
  const [links, setLinks] = useAtom(inviteLinksAtom);
  const linksRef = useRef(links);
  linksRef.current = links;
  const [link, setLink] = useState<InviteLink | null>(null);
  const [error, setError] = useState<string | null>(null);
  const [attempt, setAttempt] = useState(0);
  const { role, expiresInSeconds, maxUses } = terms;

  // biome-ignore lint/correctness/useExhaustiveDependencies: `attempt` is what "Try again" changes
  useEffect(() => {
    let current = true;
    setLink(null);
    setError(null);
    const key = [conversation, role, expiresInSeconds, maxUses].join('/');
    inviteLink(engine, conversation, { role, expiresInSeconds, maxUses }, linksRef.current.get(key)).then(
      (made) => {
        setLinks((before) => new Map(before).set(key, made));
        if (current) setLink(made);
      },
      (cause: unknown) => current && setError(errorSentence(cause)),
    );
    return () => {
      current = false;
    };
  }, [engine, conversation, role, expiresInSeconds, maxUses, setLinks, attempt]);

  return { link, error, retry: () => setAttempt(attempt + 1) };
};

/** @throws EngineError */
export const inviteLink = async (
  engine: Pick<Engine, 'invites' | 'createInvite'>,
  conversation: ConversationId,
  terms: InviteTerms,
  made: InviteLink | undefined,
): Promise<InviteLink> => {
  if (made === undefined) return engine.createInvite(conversation, terms);
  const known = (await engine.invites(conversation)).find(({ id }) => id === made.id);
  const isUnused = known !== undefined && !known.revoked && known.uses === 0;
  return isUnused ? made : engine.createInvite(conversation, terms);
};
