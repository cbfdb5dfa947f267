/**
 * Who looks at a conversation, from the states on its head. Typing ends by itself when it is not renewed: a device that
 * vanishes stops typing. [ENG-9]
 */
import { type AccountId, type ConversationId, type DeviceId, isId } from '@kith/schema/ids';
import type { Presence } from '../engine-api.ts';

/** A state of typing that is not renewed for this long is over. */
export const TYPING_MS = 5_000;

export interface TypingSeen {
  /** When each connection last said that it is typing. */
  readonly since: Map<number, { readonly clock: number; readonly at: number }>;
}

export const presenceOf = (
  conversation: ConversationId,
  self: { readonly device: DeviceId },
  states: {
    readonly states: ReadonlyMap<number, Record<string, unknown>>;
    readonly clockOf: (clientId: number) => number;
  },
  seen: TypingSeen,
  nowMs: number,
): Presence => {
  const online = new Set<AccountId>();
  const typing = new Set<AccountId>();
  for (const [clientId, state] of states.states) {
    const { account, device } = state;
    if (!isId(account) || device === self.device) continue;
    online.add(account as AccountId);
    if (state['typing'] !== true) {
      seen.since.delete(clientId);
      continue;
    }
    const clock = states.clockOf(clientId);
    const last = seen.since.get(clientId);
    const at = last?.clock === clock ? last.at : nowMs;
    seen.since.set(clientId, { clock, at });
    if (nowMs - at < TYPING_MS) typing.add(account as AccountId);
  }
  return { conversation, online: [...online].sort(), typing: [...typing].sort() };
};
