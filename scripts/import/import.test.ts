import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { createSqliteLocalStore } from '@kith/client/engine';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ServerProcess, startServer } from '../serve/server-process.ts';
import { parseImportArguments } from './import-arguments.ts';

const SCRIPT = fileURLToPath(new URL('../import.ts', import.meta.url));
let server: ServerProcess;
let folder: string;

beforeAll(async () => {
  server = await startServer();
  folder = mkdtempSync(join(tmpdir(), 'kith-import-script-'));
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

const history = (lines: number): string =>
  Array.from({ length: lines }, (_, n) =>
    JSON.stringify({
      at: new Date(1_100_000_000_000 + n * 60_000).toISOString(),
      author: `nick${n % 5}`,
      text: `line ${n}`,
    }),
  ).join('\n');

const start = (file: string, ...more: string[]): { child: ChildProcess; output: () => string } => {
  const args = ['--server', server.url, '--profile', join(folder, 'profile'), '--file', file, '--title', 'Old times'];
  const child = spawn(process.execPath, [SCRIPT, ...args, ...more], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout?.on('data', (chunk) => {
    output += String(chunk);
  });
  child.stderr?.on('data', (chunk) => {
    output += String(chunk);
  });
  return { child, output: () => output };
};

const finished = async ({ child, output }: ReturnType<typeof start>): Promise<[number | null, string]> => {
  const [code] = (await once(child, 'exit')) as [number | null];
  return [code, output()];
};

test('[IMP-5] killed in the middle and started again, the whole file is in once and a link is printed', async () => {
  const file = join(folder, 'history.jsonl.gz');
  writeFileSync(file, gzipSync(history(6_500)));
  const first = start(file);
  await expect.poll(first.output, { timeout: 20_000, interval: 5 }).toContain('of 6500 lines');
  first.child.kill('SIGKILL');
  await once(first.child, 'exit');
  expect(first.output()).toContain('Signed up as import-');
  const [code, output] = await finished(start(file));
  expect(code).toBe(0);
  expect(output).toMatch(/100\.0 %[\s\S]*\/join\/[\w-]{22}#[\w-]{22}/);
  expect(output).not.toContain('Signed up');
  const store = createSqliteLocalStore({ profileDir: join(folder, 'profile'), subtle: crypto.subtle });
  const [conversation] = await store.conversations();
  expect(await store.messageCount(conversation?.id as never)).toBe(6_500);
  await store.close();
}, 60_000);

test('[IMP-4] broken lines are named and left out, or end the import on demand', async () => {
  const file = join(folder, 'broken.jsonl');
  const lines = history(3).split('\n');
  writeFileSync(file, [lines[0], '{"at": "yesterday"', lines[1], lines[2]].join('\n'));
  const [code, output] = await finished(start(file));
  expect(code).toBe(0);
  expect(output).toContain('Line 2: not JSON');
  expect(output).toContain('1 line could not be read');
  const [stopped, said] = await finished(start(file, '--on-error', 'stop'));
  expect(stopped).toBe(1);
  expect(said).toContain('Stopped at line 2');
}, 60_000);

test('[IMP-4] every mistake on the command line is named at once', () => {
  const parsed = parseImportArguments(['--server', 'nonsense', '--on-error', 'perhaps'], {});
  if (parsed.ok) expect.unreachable();
  else expect(parsed.error.mistakes).toHaveLength(5);
});
