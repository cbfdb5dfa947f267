import { expect, test } from 'vitest';
import { accountId, ROOM } from '../storage/test/local-store-samples.ts';
import type { TabMessage } from '../tab-channel.ts';
import { parseTabMessage } from './parse-tab-message.ts';

const MESSAGES: readonly TabMessage[] = [
  { type: 'hello', tab: 'a' },
  { type: 'bye', tab: 'a' },
  { type: 'leading', tab: 'a' },
  { type: 'show', tab: 'a', conversation: ROOM },
  { type: 'show', tab: 'a', conversation: null },
  {
    type: 'status',
    status: {
      ...{ connection: 'online', storage: 'ok', leader: false, ended: 'session-ended' },
      slowed: [{ conversation: ROOM, untilMs: 1_000 }],
    },
  },
  { type: 'presence', presence: { conversation: ROOM, online: [accountId(1)], typing: [] } },
  { type: 'call', call: '1', method: 'createInvite', args: [ROOM, { maxUses: 1 }] },
  { type: 'result', call: '1', result: { ok: true, value: { any: 'thing' } } },
  { type: 'result', call: '1', result: { ok: true, value: undefined } },
  { type: 'result', call: '1', result: { ok: false, code: 'offline', message: 'no', retryAfterMs: null } },
];

test('[BRW-7] every message between tabs passes as it was sent', () => {
  for (const message of MESSAGES) expect(parseTabMessage(structuredClone(message))).toEqual(message);
});

test('[BRW-7] what another version or another sender says is passed over', () => {
  const strangers: readonly unknown[] = [
    null,
    'hello',
    {},
    { type: 'hello' },
    { type: 'later', tab: 'a' },
    { type: 'show', tab: 'a', conversation: 'not an id' },
    { type: 'status', status: { connection: 'perhaps' } },
    { type: 'result', call: '1', result: { ok: false, code: 'unheard-of', message: '', retryAfterMs: null } },
    { type: 'call', call: 'x'.repeat(1_000), method: 'm', args: [] },
  ];
  for (const stranger of strangers) expect(parseTabMessage(stranger), JSON.stringify(stranger)).toBeNull();
});
