/** What a machine has to offer: environment, programs, and ways to get more. Passed in, so that every machine can be tried. */
import { accessSync, constants, existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { buildGoProgram, type GoProgram } from './go-program.ts';
import { runCommand } from './run-command.ts';

export interface Machine {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The path of a program, null when there is none. */
  program(name: string): string | null;
  /** Whether a command is there and ends well within `limitMs`. */
  succeeds(limitMs: number, command: string, ...args: string[]): Promise<boolean>;
  /** Null when there is no Go. @throws Error when the build fails */
  build(program: GoProgram): Promise<string | null>;
  /** The system's own package of this name, with the service that it may start stopped again. False where we may not. */
  install(name: string): Promise<boolean>;
}

/** Where programs are that are often not on the path. */
const USUAL_FOLDERS = ['/usr/bin', '/usr/sbin', '/usr/local/bin', '/usr/local/sbin', '/usr/local/go/bin'];
const INSTALL_LIMIT_MS = 5 * 60_000;

export const thisMachine = (): Machine => {
  const program = (name: string): string | null =>
    [...(process.env['PATH'] ?? '').split(delimiter), ...USUAL_FOLDERS]
      .map((folder) => join(folder, name))
      .find(isExecutable) ?? null;
  return {
    env: process.env,
    program,
    succeeds: async (limitMs, command, ...args) => (await runCommand(command, args, { limitMs })).code === 0,
    build: async (wanted) => {
      const go = program('go');
      return go === null ? null : buildGoProgram(go, wanted, cacheFolder());
    },
    install: async (name) => {
      if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return false;
      console.log(`Installing ${name}.`);
      return installByApt(name);
    },
  };
};

const cacheFolder = (): string => join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'kith', 'services');

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

const installByApt = async (name: string): Promise<boolean> => {
  const apt = (...args: string[]) =>
    runCommand('apt-get', ['-qq', '-o', 'DPkg::Lock::Timeout=120', ...args], {
      env: { DEBIAN_FRONTEND: 'noninteractive' },
      limitMs: INSTALL_LIMIT_MS,
    });
  await apt('update');
  const { code, output } = await apt('install', '-y', '--no-install-recommends', name);
  if (code !== 0) console.error(output);
  await runCommand('service', [name, 'stop'], { limitMs: INSTALL_LIMIT_MS });
  return code === 0;
};
