/** What a process took so far, by the system's own accounting (Linux /proc). */
import { readFileSync } from 'node:fs';

const CLOCK_TICK_MS = 10;

/** User and system time, ms. */
export const cpuMsOf = (pid: number): number => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * CLOCK_TICK_MS;
};

/** Memory in use now. */
export const rssBytesOf = (pid: number): number => {
  const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) * 1024;
};

/** What it caused to be written to the disk, in whole pages; what it writes to sockets and to memory is not in it. */
export const diskBytesWrittenBy = (pid: number): number => {
  const [, bytes] = /^write_bytes:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8')) ?? [];
  return Number(bytes);
};
