/** Who listens on a port, where the system tells: Linux, and processes that this user may look into. [RUN-3] */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

export interface PortHolder {
  readonly pid: number;
  /** The command with its arguments, cut to a line's length. */
  readonly command: string;
}

/** Null when it cannot be known. */
export const findPortHolder = (port: number): PortHolder | null => {
  const inodes = new Set(
    ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((table) => listeningInodes(readLines(table), port)),
  );
  if (inodes.size === 0) return null;
  const pid = readFolder('/proc')
    .filter((name) => /^\d+$/.test(name))
    .find((name) => holdsSocket(name, inodes));
  return pid === undefined ? null : { pid: Number(pid), command: commandOf(pid) };
};

const LISTEN = '0A';

/** Rows of /proc/net/tcp: `sl local_address rem_address st … inode`, addresses and ports in hexadecimal. */
export const listeningInodes = (lines: readonly string[], port: number): string[] =>
  lines.flatMap((line) => {
    const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
    const isOurs = state === LISTEN && Number.parseInt(local?.split(':')[1] ?? '', 16) === port;
    return isOurs && inode !== undefined ? [inode] : [];
  });

const holdsSocket = (pid: string, inodes: ReadonlySet<string>): boolean =>
  readFolder(`/proc/${pid}/fd`).some((fd) => {
    const socket = /^socket:\[(\d+)\]$/.exec(orEmpty(() => readlinkSync(`/proc/${pid}/fd/${fd}`)));
    return socket?.[1] !== undefined && inodes.has(socket[1]);
  });

const commandOf = (pid: string): string => {
  const command = orEmpty(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8'))
    .replaceAll('\0', ' ')
    .trim();
  return command.length > 120 ? `${command.slice(0, 120)}…` : command;
};

const readLines = (path: string): string[] => orEmpty(() => readFileSync(path, 'utf8')).split('\n');

const readFolder = (path: string): string[] => {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
};

/** Not Linux, another user's process, or one that ended meanwhile: then the answer is only less precise. */
const orEmpty = (read: () => string): string => {
  try {
    return read();
  } catch {
    return '';
  }
};

export const portTakenMessage = (port: number, holder: PortHolder | null): string =>
  `Port ${port} is taken by ${holder === null ? 'another program' : `process ${holder.pid} (${holder.command})`}. ` +
  `Choose another: PORT=${port < 65_535 ? port + 1 : 3000} npm start`;
