import { closeCodeOf } from '@kith/schema/wire-error';
import * as encoding from 'lib0/encoding';
import { expect, test } from 'vitest';
import { createForeignWire } from './foreign-wire.ts';

const NAME = 'conversation/AAAAAAAAAAAAAAAAAAAAAA/1';

/** What the client gets of what the engine sends: frames and ends. */
const setUp = () => {
  const got: unknown[] = [];
  const wire = createForeignWire(NAME, {
    readyState: 1,
    send: (frame) => void got.push([...(frame as Uint8Array)]),
    close: (code, reason) => void got.push(`${code} ${reason}`),
  });
  const fromEngine = (...parts: readonly (number | string)[]): void => {
    const encoder = encoding.createEncoder();
    encoding.writeVarString(encoder, NAME);
    for (const part of parts) {
      if (typeof part === 'number') encoding.writeVarUint(encoder, part);
      else encoding.writeVarString(encoder, part);
    }
    wire.socket.send(encoding.toUint8Array(encoder));
  };
  return { wire, got, fromEngine };
};

test('[FRN-3] of what the engine says only documents, presence, refusals and ends reach the client', () => {
  const { got, fromEngine } = setUp();
  fromEngine(0, 2, 2, 0, 0);
  fromEngine(1, 1, 0);
  fromEngine(2, 2, 'read-write'); // authenticated
  fromEngine(8, 1); // taken in
  fromEngine(5, JSON.stringify({ type: 'attached', clientId: 1, incarnation: 1, serverTimeMs: 0 }));
  fromEngine(5, JSON.stringify({ type: 'stored', events: [] }));
  fromEngine(5, '{');
  expect(got).toEqual([
    [0, 2, 2, 0, 0],
    [1, 1, 0],
  ]);
});

test('[FRN-5] a refusal is what y-websocket knows as permission denied, with the code first', () => {
  const { got, fromEngine } = setUp();
  fromEngine(5, JSON.stringify({ type: 'rejected', code: 'segment-closed', eventIds: [], detail: 'segment 1' }));
  const [frame] = got as number[][];
  expect(frame?.slice(0, 2)).toEqual([2, 0]);
  const text = new TextDecoder().decode(Uint8Array.from(frame?.slice(3) ?? []));
  expect(text).toBe('segment-closed: This part of the history is closed. (segment 1)');
});

test('[FRN-6] the end of the document is the end of the socket, by the code of the reason', () => {
  const { got, fromEngine } = setUp();
  fromEngine(7, 'client-id-reused');
  fromEngine(2, 1, 'not-member');
  fromEngine(2, 1, 'permission-denied'); // the engine's own word for a hook that failed
  fromEngine(7, 'Reset Connection'); // and for a message that it could not read
  expect(got).toEqual(['4409 client-id-reused', '4403 not-member', '4500 internal', '4400 bad-request']);
  expect([closeCodeOf('rate-limited'), closeCodeOf('unavailable')]).toEqual([4429, 4503]);
});

test('[FRN-8] every frame for the engine stands behind the address, and only those of y-websocket pass', () => {
  const { wire } = setUp();
  const address = [NAME.length, ...new TextEncoder().encode(NAME)];
  for (const frame of [[0, 0, 1, 0], [1, 1, 0], [3]]) {
    expect([...(wire.toEngine(Uint8Array.from(frame)) ?? [])]).toEqual([...address, ...frame]);
  }
  for (const type of [2, 4, 5, 6, 7, 8, 9, 10, 128, 255]) expect(wire.toEngine(Uint8Array.of(type, 0))).toBeNull();
  expect([...wire.opening]).toEqual([...address, 2, 0, 0]);
});
