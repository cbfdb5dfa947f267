import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { findPortHolder, listeningInodes, portTakenMessage } from './port-holder.ts';

describe('findPortHolder', () => {
  it.runIf(process.platform === 'linux')('[RUN-3] names the process that listens on a port', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    expect(findPortHolder(port)?.pid).toBe(process.pid);
    server.close();
  });

  it('[RUN-3] passes over connections and other ports', () => {
    const rows = [
      '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
      '   0: 0100007F:0BB8 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 111 1',
      '   1: 0100007F:0BB8 0100007F:9999 01 00000000:00000000 00:00000000 00000000     0        0 222 1',
      '   2: 00000000:0BB9 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 333 1',
      '',
    ];
    expect(listeningInodes(rows, 3000)).toEqual(['111']);
  });

  it('[RUN-3] says how to choose another port, whoever holds this one', () => {
    expect(portTakenMessage(3000, null)).toBe(
      'Port 3000 is taken by another program. Choose another: PORT=3001 npm start',
    );
    expect(portTakenMessage(3000, { pid: 7, command: 'node x.js' })).toContain('process 7 (node x.js)');
  });
});
