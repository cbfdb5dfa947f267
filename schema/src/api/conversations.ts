/**
 * Conversations, members, invitations: shapes of `/api`, all served by auth, all with an access token.
 *
 *   POST   /api/conversations                           CreateConversationRequest → ConversationResponse
 *   GET    /api/conversations                           → ConversationListResponse
 *   GET    /api/conversations/:id                       → ConversationResponse
 *   PATCH  /api/conversations/:id                       RenameConversationRequest → ConversationResponse
 *   POST   /api/conversations/:id/leave                 204
 *   GET    /api/conversations/:id/members               → MemberListResponse
 *   PUT    /api/conversations/:id/members/:account      ChangeRoleRequest → EpochResponse
 *   DELETE /api/conversations/:id/members/:account      RemoveMemberRequest → EpochResponse
 *   POST   /api/conversations/:id/invites               CreateInviteRequest → InviteResponse
 *   GET    /api/conversations/:id/invites               → InviteListResponse
 *   DELETE /api/conversations/:id/invites/:invite       204
 *   POST   /api/invites/:invite/preview                 InviteProofRequest → InvitePreviewResponse (no token needed)
 *   POST   /api/invites/:invite/join                    InviteProofRequest → ConversationResponse
 */
import * as v from 'valibot';
import { Base64UrlBytes } from '../base64url.ts';
import { ConversationKindSchema } from '../documents/head.ts';
import { AccountIdSchema, ConversationIdSchema, DeviceIdSchema, InviteIdSchema } from '../ids.ts';
import { LIMITS } from '../limits.ts';
import { RoleSchema } from '../role.ts';

const TitleSchema = Base64UrlBytes(1, LIMITS.titleBytes);
export const EpochNumberSchema = v.pipe(v.number(), v.integer(), v.minValue(1));

/** The id is the client's, so a conversation can be made offline; making it again answers with the same one. */
export const CreateConversationRequest = v.object({
  id: ConversationIdSchema,
  kind: ConversationKindSchema,
  title: TitleSchema,
});

export const RenameConversationRequest = v.object({ title: TitleSchema });

/** `version` grows with every change of title, members or roles; `epoch` with every change of members or roles. */
export const ConversationResponse = v.object({
  id: ConversationIdSchema,
  kind: ConversationKindSchema,
  version: v.number(),
  epoch: EpochNumberSchema,
  title: TitleSchema,
  role: RoleSchema,
  createdAt: v.number(),
  members: v.number(),
});
export type ConversationResponse = v.InferOutput<typeof ConversationResponse>;
export const ConversationListResponse = v.object({ conversations: v.array(ConversationResponse) });

/** With every device that the account ever had: the keys of former ones still prove what they wrote. */
const Profile = {
  account: AccountIdSchema,
  handle: v.string(),
  name: v.string(),
  devices: v.array(v.object({ device: DeviceIdSchema, name: v.string(), signKey: Base64UrlBytes(32, 32) })),
};
export const MemberResponse = v.object({ ...Profile, role: RoleSchema, joinedAt: v.number() });
export type MemberResponse = v.InferOutput<typeof MemberResponse>;
export const FormerMemberResponse = v.object({ ...Profile, leftAt: v.number() });
/** `former`: who was in it once and is not now, since their messages stay. Servers before it leave it out. */
export const MemberListResponse = v.object({
  epoch: EpochNumberSchema,
  members: v.array(MemberResponse),
  former: v.optional(v.array(FormerMemberResponse)),
});

/** Compare-and-set: refused with `epoch-conflict` unless `epoch` is the newest. */
export const ChangeRoleRequest = v.object({ role: RoleSchema, epoch: EpochNumberSchema });
export const RemoveMemberRequest = v.object({ epoch: EpochNumberSchema });
export const EpochResponse = v.object({ epoch: EpochNumberSchema });

/**
 * The secret (16 bytes) is made by the inviting device and stands in the link's fragment only. The server gets
 * `proofHash` = SHA-256(proof), where proof = `inviteProof(secret)`.
 */
export const CreateInviteRequest = v.object({
  id: InviteIdSchema,
  proofHash: Base64UrlBytes(32, 32),
  role: v.picklist(['member', 'reader']),
  expiresInSeconds: v.pipe(v.number(), v.integer(), v.minValue(60), v.maxValue(LIMITS.inviteSeconds)),
  maxUses: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(LIMITS.inviteUses)),
});
export const InviteResponse = v.object({
  id: InviteIdSchema,
  role: RoleSchema,
  createdAt: v.number(),
  expiresAt: v.number(),
  maxUses: v.number(),
  uses: v.number(),
  revoked: v.boolean(),
});
export const InviteListResponse = v.object({ invites: v.array(InviteResponse) });

export const InviteProofRequest = v.object({ proof: Base64UrlBytes(32, 32) });
export const InvitePreviewResponse = v.object({
  conversation: ConversationIdSchema,
  title: TitleSchema,
  kind: ConversationKindSchema,
  members: v.number(),
  invitedBy: v.string(),
  role: RoleSchema,
});
