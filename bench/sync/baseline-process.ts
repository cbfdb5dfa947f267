/** A baseline server in a process of its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const SCRIPT = fileURLToPath(new URL('baseline-server.ts', import.meta.url));

export interface BaselineProcess {
  readonly port: number;
  readonly pid: number;
  stop(): Promise<void>;
}

export const startBaseline = async (kind: 'hocuspocus' | 'ws'): Promise<BaselineProcess> => {
  const child = spawn(process.execPath, [SCRIPT, kind], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  return {
    port: JSON.parse(line).port,
    pid: child.pid ?? 0,
    stop: async () => {
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
  };
};
