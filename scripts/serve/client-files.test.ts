import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ClientFiles, createClientFiles } from './client-files.ts';

const SCRIPT = 'console.log("kith");'.repeat(200);
let folder: string;
let files: ClientFiles;

beforeEach(() => {
  const parent = mkdtempSync(join(tmpdir(), 'kith-client-files-'));
  folder = join(parent, 'dist');
  mkdirSync(join(folder, 'assets'), { recursive: true });
  writeFileSync(join(parent, 'secret.txt'), 'outside');
  writeFileSync(join(folder, 'index.html'), '<!doctype html>first');
  writeFileSync(join(folder, '.env'), 'hidden');
  writeFileSync(join(folder, 'assets', 'main-AbCd1234.js'), SCRIPT);
  files = createClientFiles(folder);
});
afterEach(() => rmSync(join(folder, '..'), { recursive: true, force: true }));

const get = (path: string, headers: Record<string, string> = {}) =>
  files.respond(new Request(`http://localhost${path}`, { headers }));
const PAGE = { accept: 'text/html,*/*' };

describe('createClientFiles', () => {
  it('[RUN-6] hashed files are kept for good, the page is asked for each time', async () => {
    expect((await get('/assets/main-AbCd1234.js'))?.headers.get('cache-control')).toContain('immutable');
    expect((await get('/'))?.headers.get('cache-control')).toBe('no-cache');
    expect((await get('/'))?.headers.get('content-type')).toContain('text/html');
  });

  it('[RUN-6] every path of the app is its page, a missing file is not', async () => {
    expect(await (await get('/c/abc', PAGE))?.text()).toContain('first');
    expect(await get('/assets/gone-12345678.js', PAGE)).toBeNull();
    expect(await get('/c/abc', { accept: 'application/json' })).toBeNull();
  });

  it('[RUN-6] text goes compressed to those who take it', async () => {
    const packed = await get('/assets/main-AbCd1234.js', { 'accept-encoding': 'br, gzip' });
    expect(packed?.headers.get('content-encoding')).toBe('gzip');
    expect(gunzipSync(await packed!.arrayBuffer()).toString()).toBe(SCRIPT);
    const plain = await get('/assets/main-AbCd1234.js', { 'accept-encoding': 'gzip;q=0' });
    expect(await plain?.text()).toBe(SCRIPT);
  });

  it('[RUN-6] a file is kept in memory once, however its path is written', async () => {
    const file = join(folder, 'assets', 'main-AbCd1234.js');
    utimesSync(file, 1_000, 1_000);
    await get('/assets/main-AbCd1234.js');
    writeFileSync(file, 'other bytes of the same time');
    utimesSync(file, 1_000, 1_000);
    for (const path of ['/assets//main-AbCd1234.js', '//assets/main-AbCd1234.js', '/%61ssets/main-AbCd1234.js']) {
      expect(await (await files.respond(new Request(`http://localhost${path}`)))?.text()).toBe(SCRIPT);
    }
  });

  it('[RUN-6] an unchanged file is not sent again; a rebuilt one is seen without a restart', async () => {
    const etag = (await get('/'))?.headers.get('etag') ?? '';
    expect((await get('/', { 'if-none-match': etag }))?.status).toBe(304);
    writeFileSync(join(folder, 'index.html'), '<!doctype html>second');
    utimesSync(join(folder, 'index.html'), 2_000_000_000, 2_000_000_000);
    expect(await (await get('/', { 'if-none-match': etag }))?.text()).toContain('second');
  });

  it.each(['/../secret.txt', '/%2e%2e/secret.txt', '/..%2fsecret.txt', '/.env', '/%00', '/%'])(
    '[RUN-6] %s reaches nothing outside the build',
    async (path) => {
      expect(await get(path)).toBeNull();
    },
  );
});
