/** Who may open which document, and how far: document tokens in batches. [TOK-2] */
import { type AccountId, type ConversationId, isId } from '@kith/schema/ids';
import { can } from '@kith/schema/policy/can';
import type { AccessClaims, DocumentClaims } from '@kith/schema/token-claims';
import type { WireErrorCode } from '@kith/schema/wire-error';
import type { Session } from '../sessions/session.ts';
import type { ConversationStore } from '../storage/account-store.ts';
import type { IssuedToken, TokenIssuer } from './token-issuer.ts';

export type DocumentToken =
  | ({ readonly doc: string } & IssuedToken)
  | { readonly doc: string; readonly error: WireErrorCode };

/** One answer per document, in order; one refusal does not touch the others. */
export type IssueDocumentTokens = (
  bearer: { readonly claims: AccessClaims; readonly session: Session },
  documents: readonly string[],
) => Promise<readonly DocumentToken[]>;

export const createDocumentTokens =
  (deps: { readonly store: ConversationStore; readonly issuer: TokenIssuer }): IssueDocumentTokens =>
  ({ claims, session }, documents) =>
    Promise.all(
      documents.map(async (doc): Promise<DocumentToken> => {
        const access = await accessOf(deps.store, claims.sub, doc);
        if (typeof access === 'string') return { doc, error: access };
        const bearer = {
          account: claims.sub,
          device: claims.device,
          scope: access.mayImport ? claims.scope : 'default',
          sessionExpiresAt: session.expiresAt,
        };
        return { doc, ...(await deps.issuer.document(bearer, { doc, perm: access.perm })) };
      }),
    );

type Refusal = 'document-unknown' | 'not-member';

interface Access {
  readonly perm: DocumentClaims['perm'];
  /** A token for an import says so only where its account may import. */
  readonly mayImport: boolean;
}

/** A conversation that is not there and one that is not yours are the same. */
const accessOf = async (store: ConversationStore, account: AccountId, doc: string): Promise<Access | Refusal> => {
  const [root, id, ...rest] = doc.split('/');
  if (rest.length > 0 || !isId(id)) return 'document-unknown';
  if (root === 'account') return id === account ? { perm: 'write', mayImport: false } : 'not-member';
  if (root !== 'conversation') return 'document-unknown';
  const conversation = await store.conversation(id as ConversationId);
  const role = conversation?.members.find((member) => member.account === account)?.role ?? null;
  if (!can(role, 'read')) return 'not-member';
  return { perm: can(role, 'write') ? 'write' : 'read', mayImport: can(role, 'import') };
};
