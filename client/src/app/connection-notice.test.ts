import { expect, test } from 'vitest';
import type { EngineStatus } from '../engine/engine-api.ts';
import { connectionNotice, isAway } from './connection-notice.ts';

const status = (fields: Partial<EngineStatus> = {}): EngineStatus => ({
  connection: 'online',
  storage: 'ok',
  leader: true,
  ended: null,
  slowed: [],
  ...fields,
});
const textOf = (fields: Partial<Parameters<typeof connectionNotice>[0]>) =>
  connectionNotice({ status: status(), away: false, pending: 0, restarting: false, ...fields }, String)?.text ?? null;

test('[UI-21] offline is said in one line, with what waits', () => {
  expect(textOf({ away: true, pending: 3 })).toBe('Offline. Everything works; 3 messages go out when you are back.');
  expect(textOf({ away: true, pending: 1 })).toBe('Offline. Everything works; 1 message goes out when you are back.');
  expect(textOf({ away: true })).toBe('Offline. Everything works; what you write goes out when you are back.');
});

test('[UI-21] online, signed out, or not known yet, nothing is said', () => {
  expect(textOf({})).toBeNull();
  expect(textOf({ status: undefined })).toBeNull();
  expect(textOf({ status: status({ connection: 'signed-out' }), away: true })).toBeNull();
});

test('[UI-21] a server that cannot store is told plainly', () => {
  const notice = connectionNotice(
    { status: status({ storage: 'failing' }), away: false, pending: 2, restarting: false },
    String,
  );
  expect(notice).toEqual({
    tone: 'failing',
    text: 'The server cannot store messages right now. 2 messages wait on this device and will be sent when it can.',
  });
});

test('[UI-21] the line stays through tries to connect until one succeeds', () => {
  expect(isAway(false, 'offline')).toBe(true);
  expect(isAway(true, 'connecting')).toBe(true);
  expect(isAway(false, 'connecting')).toBe(false);
  expect(isAway(true, 'online')).toBe(false);
  expect(isAway(true, 'signed-out')).toBe(false);
});
