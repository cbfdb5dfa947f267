import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { freePort, isTaken } from './ports.ts';
import { type ServicePlan, startServiceProcess } from './service-process.ts';

/** In its own temporary folder every folder of a server is seen. */
let folder: string;
let port: number;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kith-test-'));
  vi.stubEnv('TMPDIR', folder);
  port = await freePort();
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

const SERVER = `require('node:http').createServer((_, response) => response.end('here')).listen(+process.argv[1], '127.0.0.1')`;
const plan = (): ServicePlan => ({
  name: 'Here',
  command: process.execPath,
  args: () => ['--eval', SERVER, `${port}`],
  answers: () => isTaken(port),
});
const ask = async (): Promise<string> => (await fetch(`http://127.0.0.1:${port}`)).text();

const isAlive = (pid: number | undefined): boolean => {
  try {
    return pid !== undefined && process.kill(pid, 0);
  } catch {
    return false;
  }
};
const traces = async (pid: number | undefined) => ({
  process: isAlive(pid),
  port: await isTaken(port),
  folders: readdirSync(folder).length,
});
const THERE = { process: true, port: true, folders: 1 };
const GONE = { process: false, port: false, folders: 0 };

describe('a server for tests', () => {
  it('[SRV-7] is gone after it was closed: process, port and folder', async () => {
    const server = await startServiceProcess(plan());
    const pid = server.pid();
    expect(await traces(pid)).toEqual(THERE);
    await server.close();
    await server.close();
    expect(await traces(pid)).toEqual(GONE);
  });

  it('[SRV-7] is gone after whoever started it was killed', async () => {
    const program = `
      import { startServiceProcess } from '${new URL('service-process.ts', import.meta.url).href}';
      const server = await startServiceProcess({
        name: 'Here',
        command: process.execPath,
        args: () => ['--eval', ${JSON.stringify(SERVER)}, '${port}'],
        answers: async () => (await fetch('http://127.0.0.1:${port}')).ok,
      });
      console.log(server.pid());`;
    const starter = spawn(process.execPath, ['--input-type=module', '--eval', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(starter.stdout, 'data')) as [Buffer];
    const pid = Number(line.toString());
    expect(await traces(pid)).toEqual(THERE);
    starter.kill('SIGKILL');
    await expect.poll(() => traces(pid), { timeout: 10_000 }).toEqual(GONE);
  });

  it('[SRV-7] can be killed and started again where it was', async () => {
    const server = await startServiceProcess(plan());
    const first = server.pid();
    await server.kill();
    expect(server.pid()).toBeUndefined();
    expect(await traces(first)).toEqual({ ...GONE, folders: 1 });
    await server.start();
    expect(await ask()).toBe('here');
    await server.close();
    expect(await traces(server.pid())).toEqual(GONE);
  });

  it('[SRV-7] can be frozen, answers when it is thawed, and ends while it is frozen', async () => {
    const server = await startServiceProcess(plan());
    server.freeze();
    const answer = ask();
    // Connections are taken by the system for the frozen server: many of them are time enough for an answer.
    const meanwhile = Promise.all(Array.from({ length: 20 }, () => isTaken(port)));
    expect(await Promise.race([answer, meanwhile])).not.toBe('here');
    server.thaw();
    expect(await answer).toBe('here');
    const pid = server.pid();
    server.freeze();
    await server.close();
    expect(await traces(pid)).toEqual(GONE);
  });

  it.each([
    ['ends', 'exit 3', 'ended before it answered'],
    ['does not answer', 'exec sleep 60', 'did not answer within 300 ms'],
  ])('[SRV-7] one that %s is told with what it printed, and nothing of it is left', async (_case, then, complaint) => {
    const starting = startServiceProcess({
      name: 'Broken',
      command: 'sh',
      args: () => ['-c', `echo out of order; ${then}`],
      answers: async () => false,
      startLimitMs: 300,
    });
    await expect(starting).rejects.toThrow(new RegExp(`^Broken ${complaint}:\nout of order`));
    expect(readdirSync(folder)).toEqual([]);
  });
});
