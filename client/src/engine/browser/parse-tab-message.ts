/** What other tabs say, checked: after an update, tabs of two versions share the channel for a while. [BRW-7] */
import { AccountIdSchema, ConversationIdSchema } from '@kith/schema/ids';
import { isWireErrorCode, type WireErrorCode } from '@kith/schema/wire-error';
import * as v from 'valibot';
import type { EngineErrorCode } from '../engine-api.ts';
import type { TabMessage } from '../tab-channel.ts';

const Tab = v.pipe(v.string(), v.maxLength(64));
const Call = v.pipe(v.string(), v.maxLength(128));

const ErrorCodeSchema = v.custom<EngineErrorCode>(
  (code) => code === 'offline' || code === 'signed-out' || isWireErrorCode(code),
);

const EngineStatusSchema = v.object({
  connection: v.picklist(['signed-out', 'offline', 'connecting', 'online']),
  storage: v.picklist(['ok', 'failing']),
  leader: v.boolean(),
  ended: v.nullable(v.custom<WireErrorCode>(isWireErrorCode)),
  slowed: v.optional(v.array(v.object({ conversation: ConversationIdSchema, untilMs: v.number() })), []),
});

const PresenceSchema = v.object({
  conversation: ConversationIdSchema,
  online: v.array(AccountIdSchema),
  typing: v.array(AccountIdSchema),
});

const TabMessageSchema = v.variant('type', [
  v.object({ type: v.literal('hello'), tab: Tab }),
  v.object({ type: v.literal('bye'), tab: Tab }),
  v.object({ type: v.literal('leading'), tab: Tab }),
  v.object({ type: v.literal('show'), tab: Tab, conversation: v.nullable(ConversationIdSchema) }),
  v.object({ type: v.literal('status'), status: EngineStatusSchema }),
  v.object({ type: v.literal('presence'), presence: PresenceSchema }),
  v.object({ type: v.literal('call'), call: Call, method: Call, args: v.array(v.unknown()) }),
  v.object({
    type: v.literal('result'),
    call: Call,
    result: v.variant('ok', [
      v.object({ ok: v.literal(true), value: v.unknown() }),
      v.object({
        ok: v.literal(false),
        code: ErrorCodeSchema,
        message: v.string(),
        retryAfterMs: v.nullable(v.number()),
      }),
    ]),
  }),
]);

/** Null for anything else. */
export const parseTabMessage = (data: unknown): TabMessage | null => {
  const parsed = v.safeParse(TabMessageSchema, data);
  return parsed.success ? parsed.output : null;
};
