/** For tests of the tools: a temporary folder with files that are at fault, in which our packages resolve. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { root } from '../bootstrap/root.mjs';

/** Runs `act` in a new folder with the files given by relative path, and removes the folder. */
export const withPlanted = async <T>(
  textByPath: Readonly<Record<string, string>>,
  act: (folder: string) => T | Promise<T>,
): Promise<T> => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'kith-planted-')));
  try {
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    for (const [path, text] of Object.entries(textByPath)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    return await act(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
