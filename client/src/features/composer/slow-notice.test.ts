import type { ConversationId } from '@kith/schema/ids';
import { expect, test } from 'vitest';
import type { EngineStatus } from '../../engine/engine-api.ts';
import { slowedUntil, slowNotice } from './slow-notice.ts';

const here = 'here' as ConversationId;
const status: EngineStatus = {
  ...{ connection: 'online', storage: 'ok', leader: true, ended: null },
  slowed: [{ conversation: here, untilMs: 5_000 }],
};

test('[LIM-5] the wait is that of this conversation, while there is a connection', () => {
  expect(slowedUntil(status, here)).toBe(5_000);
  expect(slowedUntil(status, 'elsewhere' as ConversationId)).toBeNull();
  expect(slowedUntil({ ...status, connection: 'offline' }, here)).toBeNull();
  expect(slowedUntil(undefined, here)).toBeNull();
});

test('[LIM-5] it is counted down in seconds, a long one in minutes', () => {
  const at = (nowMs: number) => slowNotice(1_000_000, nowMs, String);
  expect(at(997_000)).toBe('Slow down: you can send again in 3 s');
  expect(at(997_001)).toBe('Slow down: you can send again in 3 s');
  expect(at(1_000_400)).toBe('Slow down: you can send again in 1 s');
  expect(at(1_000_000 - 119_000)).toBe('Slow down: you can send again in 119 s');
  expect(at(1_000_000 - 864_000)).toBe('Slow down: you can send again in 15 min');
});
