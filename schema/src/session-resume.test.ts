import { expect, test } from 'vitest';
import { bytesToId, type DeviceId } from './ids.ts';
import { sessionResumeBytes } from './session-resume.ts';

const device = bytesToId<DeviceId>(new Uint8Array(16).fill(0xd0));
const challenge = new Uint8Array(32).fill(0xc0);

test('[SES-7] what is signed names purpose, server, device and challenge, byte for byte', () => {
  const bytes = sessionResumeBytes({ origin: 'https://chat.example', device, challenge });
  expect(Buffer.from(bytes).toString('hex')).toBe(
    `${Buffer.from('kith/session/resume/1\0https://chat.example\0').toString('hex')}${'d0'.repeat(16)}${'c0'.repeat(32)}`,
  );
});

test('[SES-7] another server, device or challenge makes other bytes', () => {
  const hex = (more: Partial<Parameters<typeof sessionResumeBytes>[0]>) =>
    Buffer.from(sessionResumeBytes({ origin: 'https://a.example', device, challenge, ...more })).toString('hex');
  const other = bytesToId<DeviceId>(new Uint8Array(16));
  const all = [
    hex({}),
    hex({ origin: 'https://b.example' }),
    hex({ device: other }),
    hex({ challenge: new Uint8Array(32) }),
  ];
  expect(new Set(all).size).toBe(4);
});
