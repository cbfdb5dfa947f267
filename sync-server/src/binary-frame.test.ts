import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { createFrames } from './binary-frame.ts';
import { until } from './test/until.ts';

test('[SYN-13] messages in frames of ours and of the library arrive whole and in order, whatever their length', async () => {
  const http = createServer();
  const wss = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  const frames = createFrames();
  const sizes = [0, 1, 125, 126, 127, 4_000, frames.maxBytes];
  const messages = sizes.map((size, i) => new Uint8Array(size).fill(i + 1));
  http.on('upgrade', (request, socket: Duplex, head) => {
    wss.handleUpgrade(request, socket, head, (ws) => {
      for (const message of messages) {
        socket.write(frames.of(message));
        socket.write(frames.of(message));
        ws.send(message);
      }
    });
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const client = new WebSocket(`ws://127.0.0.1:${(http.address() as AddressInfo).port}`);
  const arrived: Uint8Array[] = [];
  client.on('message', (data: Buffer, isBinary) => void (isBinary && arrived.push(new Uint8Array(data))));
  await until(() => arrived.length >= 3 * messages.length, 'all messages to arrive');
  expect(arrived).toEqual(messages.flatMap((message) => [message, message, message]));
  client.terminate();
  await new Promise((resolve) => http.close(resolve));
});

test('[SYN-13] what goes to many in turn is framed once', () => {
  const frames = createFrames();
  const message = Uint8Array.of(1, 2, 3);
  const first = frames.of(message);
  expect(frames.of(message)).toBe(first);
  expect(frames.of(Uint8Array.of(9))).toEqual(Buffer.of(0x82, 1, 9));
  expect(frames.of(message)).toEqual(first);
});
