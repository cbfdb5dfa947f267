import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import type { DatabaseAddress } from '../serve/config.ts';
import { openDataFolder } from '../serve/data-folder.ts';
import { testDatabases } from '../services/test/test-services.ts';
import type { PlaceAddress } from '../store/place-address.ts';
import { fill, openDatabase, openFolder, recordsOf, testFolder } from '../store/test/filled-stores.ts';
import { parseBackupArguments, parseRestoreArguments } from './backup-arguments.ts';
import { nextIncarnation } from './next-incarnation.ts';
import { runBackup } from './run-backup.ts';
import { runRestore } from './run-restore.ts';

const databases = testDatabases();
const NOW = Date.UTC(2026, 0, 31, 12);
const PASSPHRASE = 'nine quiet herons by the weir';
const inFolder = (folder: string): PlaceAddress => ({ type: 'sqlite', folder });
const inDatabase = (database: DatabaseAddress): PlaceAddress => ({ type: 'mongo', database });

interface More {
  readonly signal?: AbortSignal;
  readonly passphrase?: string;
  readonly replaces?: boolean;
}

const surroundings = (signal = new AbortController().signal) => {
  let printed = '';
  const print = (text: string): void => {
    printed += text;
  };
  return { print, isTerminal: false, now: () => NOW, signal, printed: () => printed };
};
const backUp = async (place: PlaceAddress, file: string, { signal, passphrase }: More = {}): Promise<string> => {
  const about = surroundings(signal);
  await runBackup({ file, place, isEncrypted: passphrase !== undefined }, about, async () => passphrase ?? '');
  return about.printed();
};
const restore = async (file: string, place: PlaceAddress, { signal, passphrase, replaces = false }: More = {}) => {
  const about = surroundings(signal);
  await runRestore({ file, place, replaces }, about, async () => passphrase ?? '');
  return about.printed();
};

/** But for the incarnation, which a restore raises. */
const contentOf = async (opening: ReturnType<typeof openFolder>): Promise<readonly string[]> =>
  (await recordsOf(opening)).filter((line) => !line.includes('"type":"store"'));

test('[BAK-4] [BAK-7] a backup of a server that runs is restored into files and into a database, in a later incarnation', async () => {
  const [source, target] = [testFolder(), testFolder()];
  const database = databases.createForServer();
  await fill(openFolder(source));
  const server = openDataFolder(source);
  const stores = await openFolder(source);
  const file = join(testFolder(), 'a.backup');
  expect(await backUp(inFolder(source), file)).toMatch(/3 of 3 .*\n.*has all of/);
  await stores.documents.close();
  await stores.accounts.close();
  if (server.ok) server.value.release();
  expect(readdirSync(source).filter((name) => name.startsWith('backup-'))).toEqual([]);
  expect(statSync(file).mode & 0o777).toBe(0o600);

  const content = await contentOf(openFolder(source));
  expect(await restore(file, inFolder(target))).toMatch(/as it was on 2026-01-31T12:00:00.000Z/);
  expect(await contentOf(openFolder(target))).toEqual(content);
  await restore(file, inDatabase(database));
  expect(await contentOf(openDatabase(database))).toEqual(content);
  for (const opening of [openFolder(target), openDatabase(database)])
    expect(await recordsOf(opening)).toContain(`{"documents":{"incarnation":${NOW / 1_000},"type":"store"}}`);
});

test('[BAK-4] a database is backed up, under a passphrase, and restored with that alone', async () => {
  const database = databases.createForServer();
  const target = testFolder();
  const { account } = await fill(openDatabase(database));
  const file = join(testFolder(), 'a.backup');
  await backUp(inDatabase(database), file, { passphrase: PASSPHRASE });
  expect(readFileSync(file).includes(account)).toBe(false);
  await expect(restore(file, inFolder(target), { passphrase: 'another one' })).rejects.toThrow(/passphrase/);
  await restore(file, inFolder(target), { passphrase: PASSPHRASE });
  expect(await contentOf(openFolder(target))).toEqual(await contentOf(openDatabase(database)));
});

test('[BAK-5] what was there is kept, in files and in a database, and counts no more', async () => {
  const [source, target] = [testFolder(), testFolder()];
  const database = databases.createForServer();
  await fill(openFolder(source));
  const file = join(testFolder(), 'a.backup');
  await backUp(inFolder(source), file);
  await fill(openFolder(target), 'bob');
  await fill(openDatabase(database), 'bob');
  const content = await contentOf(openFolder(source));

  expect(await restore(file, inFolder(target))).toContain(`${target}/*.before-restore-2026-01-31T12-00-00Z`);
  expect(await contentOf(openFolder(target))).toEqual(content);
  expect(readdirSync(target)).toContain('auth.sqlite.before-restore-2026-01-31T12-00-00Z');

  await expect(restore(file, inDatabase(database))).rejects.toThrow(/with --replace/);
  expect(await restore(file, inDatabase(database), { replaces: true })).toContain('without a generation');
  expect(await contentOf(openDatabase(database))).toEqual(content);
  expect(await restore(file, inDatabase(database), { replaces: true })).toContain('generation-1.*');
  expect(await contentOf(openDatabase(database))).toEqual(content);
});

test('[BAK-5] a folder that a server holds, a damaged file and Ctrl-C change nothing', async () => {
  const [source, target] = [testFolder(), testFolder()];
  await fill(openFolder(source));
  await fill(openFolder(target), 'bob');
  const [folder, before] = [testFolder(), await recordsOf(openFolder(target))];
  const file = join(folder, 'a.backup');
  await backUp(inFolder(source), file);
  await expect(backUp(inFolder(source), file)).rejects.toThrow(/is there already/);
  await expect(backUp(inFolder(source), join(folder, 'b'), { signal: AbortSignal.abort() })).rejects.toThrow(/abort/);
  await expect(backUp(inFolder(testFolder()), join(folder, 'b'))).rejects.toThrow(/is not the data folder/);
  expect(readdirSync(folder)).toEqual(['a.backup']);

  const server = openDataFolder(target);
  await expect(restore(file, inFolder(target))).rejects.toThrow(/in use by a Kith that runs. Stop it/);
  if (server.ok) server.value.release();
  await expect(restore(file, inFolder(target), { signal: AbortSignal.abort() })).rejects.toThrow(/abort/);

  const packed = readFileSync(file);
  const lines = gunzipSync(packed).toString('utf8').trimEnd().split('\n');
  const changed = (change: (lines: string[]) => string[]): Buffer => gzipSync(`${change([...lines]).join('\n')}\n`);
  const damaged: readonly (readonly [Buffer, RegExp])[] = [
    [packed.subarray(0, -20), /a.backup: it is cut off/],
    [packed.subarray(30), /a.backup: it is no backup/],
    [Buffer.from('{}\n'), /a.backup: it is no backup/],
    [changed((all) => all.slice(0, -1)), /cut off after line/],
    [changed((all) => all.toSpliced(2, 1)), /before line \d+ is not what was written/],
    [changed((all) => all.toSpliced(1, 2, all[2] ?? '', all[1] ?? '')), /is not what was written/],
    [changed((all) => all.with(0, (all[0] ?? '').replace('2026', '2025'))), /is not what was written/],
    [changed((all) => [...all, '{}']), /comes after the end/],
    [changed((all) => all.with(1, '{"documents":')), /line 2 is damaged/],
    [changed((all) => all.with(1, '{"files":{}}')), /line 2 is of a kind that this Kith does not know/],
    [changed((all) => all.with(0, (all[0] ?? '').replace('"format":1', '"format":2'))), /format 2; this Kith reads 1/],
  ];
  for (const [bytes, message] of damaged) {
    writeFileSync(file, bytes);
    await expect(restore(file, inFolder(target))).rejects.toThrow(message);
  }
  expect(await recordsOf(openFolder(target))).toEqual(before);
  expect(readdirSync(target).filter((name) => /incoming|restored|before/.test(name))).toEqual([]);
});

test('[BAK-7] data that cannot be read is replaced all the same; no incarnation comes twice', async () => {
  const [source, target] = [testFolder(), testFolder()];
  await fill(openFolder(source));
  const file = join(testFolder(), 'a.backup');
  await backUp(inFolder(source), file);
  writeFileSync(join(target, 'sync.sqlite'), 'this is no database, whatever it was once '.repeat(30));
  expect(await restore(file, inFolder(target))).toMatch(/cannot be read/);
  expect(await contentOf(openFolder(target))).toEqual(await contentOf(openFolder(source)));
  expect(nextIncarnation({ ofBackup: 1, inUse: null, now: 5_000 })).toBe(5);
  expect(nextIncarnation({ ofBackup: 7, inUse: 3, now: 5_000 })).toBe(8);
  expect(nextIncarnation({ ofBackup: 3, inUse: 7, now: 5_000 })).toBe(8);
});

test('[BAK-4] [BAK-7] the commands say what is wrong, and end with its number', async () => {
  const run = async (script: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) => {
    const path = fileURLToPath(new URL(`../${script}`, import.meta.url));
    const child = spawn(process.execPath, [path, ...args], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (chunk) => {
      said += String(chunk);
    });
    const [code] = (await once(child, 'exit')) as [number];
    return [code, said] as const;
  };
  const [source, folder] = [testFolder(), testFolder()];
  await fill(openFolder(source));
  const to = ['--to', join(folder, 'a.backup')];
  expect(await run('backup.ts', [])).toMatchObject([64, expect.stringContaining('--to: the file of the backup')]);
  expect(await run('backup.ts', [...to, '--data', folder])).toMatchObject([1, expect.stringContaining(folder)]);
  const encrypted = [...to, '--data', source, '--encrypt'];
  expect(await run('backup.ts', encrypted)).toMatchObject([1, expect.stringContaining('nobody to ask')]);
  const short = await run('backup.ts', encrypted, { KITH_BACKUP_PASSPHRASE: 'short' });
  expect(short).toMatchObject([1, expect.stringContaining('too short')]);
  const secret = { KITH_BACKUP_PASSPHRASE: PASSPHRASE };
  expect(await run('backup.ts', encrypted, secret)).toEqual([0, '']);
  expect(await run('restore.ts', ['--from', to[1] ?? '', '--data', folder], secret)).toEqual([0, '']);
  expect(await contentOf(openFolder(folder))).toEqual(await contentOf(openFolder(source)));
}, 60_000);

test('[BAK-4] where the data is says the option, then the environment', () => {
  const placeOf = (args: string[], env: Record<string, string>) => {
    const parsed = parseBackupArguments(['--to', 'a', ...args], env);
    return parsed.ok ? parsed.value.place : parsed.error.mistakes;
  };
  const url = 'mongodb://user:secret@db/kith';
  expect(placeOf(['--data', '/d'], { DATABASE_URL: url })).toEqual({ type: 'sqlite', folder: '/d' });
  expect(placeOf([], { DATABASE_URL: url, DATA_DIR: '/e' })).toEqual({
    type: 'mongo',
    database: { url, name: 'kith' },
  });
  expect(placeOf([], { DATA_DIR: '/e' })).toEqual({ type: 'sqlite', folder: '/e' });
  expect(placeOf([], { DATABASE_URL: 'mongodb://user:secret@db' })).toEqual([
    'DATABASE_URL: a MongoDB with a name, not mongodb://…@db',
  ]);
  expect(parseRestoreArguments(['--from', '', '--data', ''], {})).toMatchObject({
    error: { mistakes: ['--from: the file of the backup', '--data: a folder'] },
  });
  expect(parseRestoreArguments(['--nothing'], {})).toMatchObject({ ok: false });
});
