import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { DatabaseAddress } from '../serve/config.ts';
import { openDataFolder } from '../serve/data-folder.ts';
import { placeRestored } from '../serve/incoming-files.ts';
import { testDatabases } from '../services/test/test-services.ts';
import { createMongoPlace } from './mongo-place.ts';
import type { PlaceAddress } from './place-address.ts';
import { runCopy } from './run-copy.ts';
import { parseStoreArguments } from './store-arguments.ts';
import { fill, openDatabase, openFolder, recordsOf, testFolder } from './test/filled-stores.ts';

const databases = testDatabases();
const inFolder = (folder: string): PlaceAddress => ({ type: 'sqlite', folder });
const inDatabase = (database: DatabaseAddress): PlaceAddress => ({ type: 'mongo', database });

const copy = async (from: PlaceAddress, to: PlaceAddress, signal = new AbortController().signal): Promise<string> => {
  let printed = '';
  const print = (text: string): void => {
    printed += text;
  };
  await runCopy({ from, to }, { print, isTerminal: false, now: () => 1_000, signal });
  return printed;
};

test('[BAK-3] all goes from files into a database and back, and is the same', async () => {
  const [source, back] = [testFolder(), testFolder()];
  const database = databases.createForServer();
  await fill(openFolder(source));
  expect(await copy(inFolder(source), inDatabase(database))).toMatch(/6 of 6 .*compared/);
  expect(await recordsOf(openDatabase(database))).toEqual(await recordsOf(openFolder(source)));
  await copy(inDatabase(database), inFolder(back));
  expect(await recordsOf(openFolder(back))).toEqual(await recordsOf(openFolder(source)));
  expect(readdirSync(back).filter((name) => /incoming|restored|before/.test(name))).toEqual([]);
});

test('[BAK-3] a target that is not empty is refused and stays as it is', async () => {
  const [source, target] = [testFolder(), testFolder()];
  const database = databases.createForServer();
  await fill(openFolder(source));
  await fill(openFolder(target), 'bob');
  await fill(openDatabase(database), 'bob');
  const before = [await recordsOf(openFolder(target)), await recordsOf(openDatabase(database))];
  await expect(copy(inFolder(source), inFolder(target))).rejects.toThrow(/is not empty/);
  await expect(copy(inFolder(source), inDatabase(database))).rejects.toThrow(/is not empty/);
  expect([await recordsOf(openFolder(target)), await recordsOf(openDatabase(database))]).toEqual(before);
});

test('[BAK-3] a folder that a server holds is neither copied from nor to', async () => {
  const [source, target] = [testFolder(), testFolder()];
  await fill(openFolder(source));
  const server = openDataFolder(source);
  await expect(copy(inFolder(source), inFolder(target))).rejects.toThrow(/in use by a Kith that runs. Stop it/);
  if (server.ok) server.value.release();
  await expect(copy(inFolder(target), inFolder(testFolder()))).rejects.toThrow(/is not the data folder/);
});

describe('a copy that did not end', () => {
  test('[BAK-3] leaves nothing when it was ended by a person', async () => {
    const [source, target] = [testFolder(), testFolder()];
    const database = databases.createForServer();
    await fill(openFolder(source));
    for (const to of [inFolder(target), inDatabase(database)])
      await expect(copy(inFolder(source), to, AbortSignal.abort())).rejects.toThrow(/abort/i);
    expect(readdirSync(target)).toEqual(['lock.sqlite']);
    expect(await copy(inFolder(source), inDatabase(database))).not.toMatch(/interrupted/);
  });

  test('[BAK-3] leaves what no server sees when it was killed; the next one says so and begins anew', async () => {
    const [source, target] = [testFolder(), testFolder()];
    await fill(openFolder(source));
    mkdirSync(join(target, 'incoming'));
    writeFileSync(join(target, 'incoming', 'sync.sqlite'), 'half');
    expect(await copy(inFolder(source), inFolder(target))).toMatch(/was interrupted; it begins anew/);
    expect(await recordsOf(openFolder(target))).toEqual(await recordsOf(openFolder(source)));

    const database = databases.createForServer();
    const killed = await createMongoPlace(database, { say: () => {} });
    const { accounts, documents } = await killed.openIncoming();
    await documents.close();
    await accounts.close();
    expect(await copy(inFolder(source), inDatabase(database))).toMatch(/was interrupted; it begins anew/);
    expect(await recordsOf(openDatabase(database))).toEqual(await recordsOf(openFolder(source)));
  });

  test('[BAK-5] one that was whole is put in place by whoever opens the folder next', async () => {
    const folder = testFolder();
    mkdirSync(join(folder, 'restored'));
    writeFileSync(join(folder, 'restored', 'sync.sqlite'), 'new documents');
    for (const name of ['auth.sqlite', 'sync.sqlite', 'sync.sqlite-wal']) writeFileSync(join(folder, name), name);
    placeRestored(folder, 'then');
    placeRestored(folder, 'later');
    // accounts were in place before it was interrupted
    expect(readdirSync(folder).sort()).toEqual([
      'auth.sqlite',
      'sync.sqlite',
      'sync.sqlite.before-restore-then',
      'sync.sqlite.before-restore-then-wal',
    ]);
    expect(existsSync(join(folder, 'restored'))).toBe(false);
  });
});

test('[BAK-3] every mistake in the arguments is named, passwords are not', () => {
  const mistakes = (...args: string[]) => {
    const parsed = parseStoreArguments(args);
    return parsed.ok ? [] : parsed.error.mistakes;
  };
  const form = 'sqlite:<folder> or mongodb://<server>/<name>';
  expect(mistakes('--to', 'mongodb://u:secret@db')).toEqual([
    'what to do with the stores? There is: copy',
    `--from: ${form}`,
    `--to: ${form}, not mongodb://…@db`,
  ]);
  expect(mistakes('copy', '--from', 'sqlite:a', '--to', 'sqlite:./a')).toEqual(['--from and --to are the same place']);
  expect(mistakes('copy', '--from', 'sqlite:a', '--to', 'mongodb://db/kith')).toEqual([]);
});
