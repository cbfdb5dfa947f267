import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createHeadlessEngine } from './index.ts';
import { PASSWORD } from './test/people.ts';
import { startServer } from './test/server-harness.ts';

test('[ENG-11] under Node the engine lives in a profile folder, and the session survives a restart', async () => {
  const server = await startServer();
  const profileDir = mkdtempSync(join(tmpdir(), 'kith-profile-'));
  const open = () => createHeadlessEngine({ server: server.origin, profileDir });
  const first = open();
  const person = {
    handle: `bot-${crypto.randomUUID().slice(0, 8)}`,
    name: 'Bot',
    password: PASSWORD,
    deviceName: 'bot',
  };
  const session = await first.engine.signUpWithPassword(person);
  await first.close();
  const second = open();
  expect(await second.views.session().get()).toEqual(session);
  await expect.poll(async () => (await second.engine.devices().catch(() => [])).length).toBe(1);
  await second.close();
  await second.close();
  await server.close();
  rmSync(profileDir, { recursive: true, force: true });
});
