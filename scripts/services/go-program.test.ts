import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { buildGoProgram } from './go-program.ts';

const PROGRAM = { name: 'server', from: { package: 'example.org/tools/cmd/server', version: 'v1.2.3' } };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kith-test-'));
  vi.spyOn(console, 'log').mockImplementation(() => {});
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

/** In place of Go: notes its arguments, then does as told. */
const planted = (script: string): string => {
  const path = join(folder, 'go');
  writeFileSync(path, `#!/bin/sh\necho "$@" >> ${folder}/calls\n${script}\n`, { mode: 0o755 });
  return path;
};
const calls = (): string[] => readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n');
const cache = (): string => join(folder, 'cache');

it('[SRV-8] builds the exact version, once', async () => {
  const go = planted('echo built > "$GOBIN/server"');
  const path = await buildGoProgram(go, PROGRAM, cache());
  expect(await buildGoProgram(go, PROGRAM, cache())).toBe(path);
  expect(readFileSync(path, 'utf8')).toBe('built\n');
  expect(calls()).toEqual(['install example.org/tools/cmd/server@v1.2.3']);
});

it('[SRV-8] two that build at once both get a whole program', async () => {
  const go = planted('echo built > "$GOBIN/server"');
  const paths = await Promise.all([buildGoProgram(go, PROGRAM, cache()), buildGoProgram(go, PROGRAM, cache())]);
  expect(paths.map((path) => readFileSync(path, 'utf8'))).toEqual(['built\n', 'built\n']);
  expect(readdirSync(cache())).toHaveLength(1);
});

it('[SRV-8] a build that failed says what Go printed and leaves nothing', async () => {
  const go = planted('echo half > "$GOBIN/server"; echo no such module >&2; exit 1');
  await expect(buildGoProgram(go, PROGRAM, cache())).rejects.toThrow('server could not be built:\nno such module');
  expect(readdirSync(cache())).toEqual([]);
});

it('[SRV-8] a module of ours is built anew when any of its files changed', async () => {
  const source = mkdtempSync(join(folder, 'source-'));
  const go = planted('echo built > "$3"');
  const build = () => buildGoProgram(go, { name: 'ours', from: { folder: source } }, cache());
  writeFileSync(join(source, 'main.go'), 'one');
  const first = await build();
  expect(await build()).toBe(first);
  writeFileSync(join(source, 'main.go'), 'two');
  expect(await build()).not.toBe(first);
  expect(calls()).toHaveLength(2);
});
