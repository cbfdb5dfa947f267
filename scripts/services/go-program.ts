/**
 * Programs in Go that no package registry of ours has built: built once into the user's cache, under a name that says
 * from what. Two that build the same at once do the work twice; each puts a whole file in place.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { runCommand } from './run-command.ts';

export interface GoProgram {
  readonly name: string;
  /** A module's folder of ours, or a package with its exact version. */
  readonly from: { readonly folder: string } | { readonly package: string; readonly version: string };
}

const BUILD_LIMIT_MS = 15 * 60_000;

/** The path of the program, built when it is not there yet. @throws Error with what Go printed */
export const buildGoProgram = async (go: string, program: GoProgram, cache: string): Promise<string> => {
  const path = join(cache, `${program.name}-${versionOf(program)}-${process.platform}-${process.arch}`);
  if (existsSync(path)) return path;
  console.log(`Building ${program.name}, once; this takes about a minute.`);
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'building-'));
  try {
    const { code, output } = await build(go, program, folder);
    if (code !== 0) throw new Error(`${program.name} could not be built:\n${output}`);
    const built = 'folder' in program.from ? program.name : basename(program.from.package);
    renameSync(join(folder, built), path);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return path;
};

const build = (go: string, { name, from }: GoProgram, folder: string) => {
  const args =
    'folder' in from ? ['build', '-o', join(folder, name), '.'] : ['install', `${from.package}@${from.version}`];
  return runCommand(go, args, {
    cwd: 'folder' in from ? from.folder : folder,
    env: { CGO_ENABLED: '0', GOFLAGS: '-trimpath -buildvcs=false', GOWORK: 'off', GOBIN: folder },
    limitMs: BUILD_LIMIT_MS,
  });
};

const versionOf = ({ from }: GoProgram): string => {
  if ('version' in from) return from.version;
  const hash = createHash('sha256');
  for (const file of readdirSync(from.folder).sort()) {
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(from.folder, file)))
      .update('\0');
  }
  return hash.digest('hex').slice(0, 16);
};
