import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDataFolder } from './data-folder.ts';

let parent: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'kith-data-'));
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

describe('openDataFolder', () => {
  it('[RUN-10] one process holds a data folder, the next one after it has let go', () => {
    const path = join(parent, 'deep', 'data');
    const first = openDataFolder(path);
    expect(openDataFolder(path)).toMatchObject({ ok: false, error: { type: 'folder-in-use' } });
    if (first.ok) first.value.release();
    const second = openDataFolder(path);
    expect(second.ok).toBe(true);
    if (second.ok) second.value.release();
  });

  it('[RUN-10] is readable by its owner only', () => {
    const folder = openDataFolder(join(parent, 'data'));
    expect(statSync(join(parent, 'data')).mode & 0o077).toBe(0);
    if (folder.ok) folder.value.release();
  });

  it('[RUN-10] says what is wrong with a path that cannot be a folder', () => {
    writeFileSync(join(parent, 'file'), '');
    expect(openDataFolder(join(parent, 'file'))).toMatchObject({ ok: false, error: { type: 'folder-unusable' } });
  });
});
