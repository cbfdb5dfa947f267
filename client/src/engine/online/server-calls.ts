/** What only auth can do, as requests: members, invitations, devices. All need the server. */
import { DeviceListResponse } from '@kith/schema/api/accounts';
import {
  ConversationResponse,
  EpochResponse,
  InviteListResponse,
  InvitePreviewResponse,
  MemberListResponse,
} from '@kith/schema/api/conversations';
import { bytesToBase64Url, parseBase64Url } from '@kith/schema/base64url';
import { type AccountId, type ConversationId, createId, type InviteId, type Random } from '@kith/schema/ids';
import { INVITE_SECRET_BYTES, inviteProof, inviteProofHash } from '@kith/schema/invite-proof';
import { decodeOpaqueText } from '@kith/schema/opaque';
import type { ConversationSync } from '../conversations/conversation-sync.ts';
import { type Engine, EngineError, type InviteLink, type InvitePreview } from '../engine-api.ts';
import { readBeforeJoining } from '../receipts/read-mark.ts';
import { type ApiClient, NoAnswer, parseAnswer } from '../session/api-client.ts';
import type { Http } from '../session/http.ts';
import type { LocalStore } from '../storage/local-store.ts';

export type ServerCalls = Pick<
  Engine,
  'devices' | 'endDevice' | 'createInvite' | 'invites' | 'revokeInvite' | 'joinByInvite' | 'changeRole' | 'removeMember'
>;

interface ServerCallsDeps {
  readonly api: ApiClient;
  readonly random: Random;
  readonly sync: ConversationSync;
  readonly store: LocalStore;
}

export const createServerCalls = (deps: ServerCallsDeps): ServerCalls => ({
  ...memberCalls(deps),
  ...inviteCalls(deps),
  devices: async () => {
    const { devices } = await deps.api.call({ method: 'GET', path: '/api/devices', answer: DeviceListResponse });
    return devices.map(({ device, name, createdAt, lastSeenAt, current }) => ({
      ...{ device, name, createdAt, lastSeenAt, current },
    }));
  },
  endDevice: async (device) => {
    await deps.api.call({ method: 'DELETE', path: `/api/devices/${device}`, answer: NoAnswer });
  },
});

const inviteCalls = ({
  api,
  random,
  sync,
  store,
}: ServerCallsDeps): Pick<ServerCalls, 'createInvite' | 'invites' | 'revokeInvite' | 'joinByInvite'> => ({
  createInvite: async (conversation, terms) => {
    const id = createId<InviteId>(random);
    const secret = random(new Uint8Array(INVITE_SECRET_BYTES));
    const proofHash = bytesToBase64Url(inviteProofHash(inviteProof(secret)));
    const path = `/api/conversations/${conversation}/invites`;
    await api.call({ method: 'POST', path, body: { id, proofHash, ...terms }, answer: NoAnswer });
    return { id, secret: bytesToBase64Url(secret) };
  },
  invites: async (conversation) => {
    const path = `/api/conversations/${conversation}/invites`;
    const { invites } = await api.call({ method: 'GET', path, answer: InviteListResponse });
    return invites.map(({ id, role, expiresAt, maxUses, uses, revoked }) => ({
      ...{ id, role, expiresAt, maxUses, uses, revoked },
    }));
  },
  revokeInvite: async (conversation, invite) => {
    const path = `/api/conversations/${conversation}/invites/${invite}`;
    await api.call({ method: 'DELETE', path, answer: NoAnswer });
  },
  joinByInvite: async (link) => {
    const before = new Set((await store.conversations()).flatMap(({ id, state }) => (state === 'joined' ? [id] : [])));
    const request = { method: 'POST', path: `/api/invites/${link.id}/join`, body: { proof: proofOf(link) } } as const;
    const answer = await api.call({ ...request, answer: ConversationResponse });
    await sync.take(answer);
    // Joined in any case; where this fails, what came before is shown as new.
    if (!before.has(answer.id)) await readBeforeJoining({ api, store }, answer.id).catch(() => undefined);
    return answer.id;
  },
});

/** For whoever has the link, signed in or not. @throws EngineError */
export const previewInvite = async (http: Http, link: InviteLink): Promise<InvitePreview> => {
  const path = `/api/invites/${link.id}/preview`;
  const { json } = await http.send({ method: 'POST', path, body: { proof: proofOf(link) } });
  const { conversation, title, members, invitedBy } = parseAnswer(InvitePreviewResponse, json);
  return { conversation, title: decodeOpaqueText(title), members, invitedBy };
};

/** @throws EngineError when the link was cut short or mistyped */
const proofOf = ({ secret }: InviteLink): string => {
  const bytes = parseBase64Url(secret);
  if (bytes?.length !== INVITE_SECRET_BYTES) throw new EngineError('invite-invalid', 'the link is not complete');
  return bytesToBase64Url(inviteProof(bytes));
};

const EPOCH_TRIES = 3;

const memberCalls = ({ api, sync }: ServerCallsDeps): Pick<ServerCalls, 'changeRole' | 'removeMember'> => {
  const change = async (
    conversation: ConversationId,
    account: AccountId,
    request: { readonly method: 'PUT' | 'DELETE'; readonly body: object },
  ): Promise<void> => {
    const members = `/api/conversations/${conversation}/members`;
    for (let tries = 1; ; tries++) {
      const { epoch } = await api.call({ method: 'GET', path: members, answer: MemberListResponse });
      try {
        const body = { ...request.body, epoch };
        await api.call({ method: request.method, path: `${members}/${account}`, body, answer: EpochResponse });
        return await sync.run();
      } catch (error) {
        const isRace = error instanceof EngineError && error.code === 'epoch-conflict';
        if (!isRace || tries === EPOCH_TRIES) throw error;
      }
    }
  };
  return {
    changeRole: (conversation, account, role) => change(conversation, account, { method: 'PUT', body: { role } }),
    removeMember: (conversation, account) => change(conversation, account, { method: 'DELETE', body: {} }),
  };
};
