import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@redis/client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { isTaken } from './ports.ts';
import { startRedis } from './redis.ts';
import { startServiceProcess } from './service-process.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kith-test-'));
  vi.stubEnv('TMPDIR', folder);
  vi.stubEnv('REDIS_URL', undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};
const portOf = (url: string): number => Number(new URL(url).port);

describe('a server for tests', () => {
  it('[SRV-7] is gone after stop: process, port and folder', async () => {
    const { url, process, stop } = await startRedis();
    const pid = process?.pid() ?? 0;
    expect([isAlive(pid), await isTaken(portOf(url)), readdirSync(folder).length]).toEqual([true, true, 1]);
    await stop();
    await stop();
    expect([isAlive(pid), await isTaken(portOf(url)), readdirSync(folder).length]).toEqual([false, false, 0]);
  });

  it('[SRV-7] is gone after whoever started it was killed', async () => {
    const program = `
      import { startRedis } from '${new URL('redis.ts', import.meta.url).href}';
      const { url, process: server } = await startRedis();
      console.log(JSON.stringify({ url, pid: server.pid() }));`;
    const starter = spawn(process.execPath, ['--input-type=module', '--eval', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(starter.stdout, 'data')) as [Buffer];
    const { url, pid } = JSON.parse(line.toString()) as { url: string; pid: number };
    expect([isAlive(pid), await isTaken(portOf(url)), readdirSync(folder).length]).toEqual([true, true, 1]);
    starter.kill('SIGKILL');
    await expect
      .poll(async () => [isAlive(pid), await isTaken(portOf(url)), readdirSync(folder).length], { timeout: 5_000 })
      .toEqual([false, false, 0]);
  });

  it('[SRV-7] can be killed and started again where it was, frozen and thawed', async () => {
    const { url, process: server, stop } = await startRedis();
    const first = server?.pid();
    await server?.kill();
    expect([server?.pid(), await isTaken(portOf(url))]).toEqual([undefined, false]);
    await server?.start();
    expect(server?.pid()).not.toBe(first);
    const client = createClient({ url });
    client.on('error', () => {});
    await client.connect();
    server?.freeze();
    const heard: string[] = [];
    const answer = client.ping().then(() => heard.push('answer'));
    // A connection is taken by the system, not by the frozen server: this says that time went by.
    await isTaken(portOf(url));
    expect(heard).toEqual([]);
    server?.thaw();
    await answer;
    client.destroy();
    await stop();
  });

  it.each([
    ['ends', 'echo out of order; exit 3', 'ended before it answered'],
    ['does not answer', 'echo out of order; sleep 60', 'did not answer within 300 ms'],
  ])(
    '[SRV-7] one that %s is told with what it printed, and nothing of it is left',
    async (_case, script, complaint) => {
      const starting = startServiceProcess({
        name: 'Broken',
        command: 'sh',
        args: () => ['-c', script],
        answers: async () => false,
        startLimitMs: 300,
      });
      await expect(starting).rejects.toThrow(new RegExp(`^Broken ${complaint}:\nout of order`));
      expect(readdirSync(folder)).toEqual([]);
    },
  );
});
