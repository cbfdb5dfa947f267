import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Hlc, msToHlc } from '../hlc.ts';
import { bytesToId, type EventId } from '../ids.ts';
import { LIMITS } from '../limits.ts';
import { decodeEvent, encodeUnsignedEvent } from './event-codec.ts';
import { hashEvent, NO_PREV } from './event-hash.ts';
import type { EventHeader } from './event-header.ts';
import { type EventPlace, importVerifyKey, signEvent, verifyEvent } from './event-signature.ts';

interface Vectors {
  readonly place: EventPlace;
  readonly privateKey: string;
  readonly publicKey: string;
  readonly valid: readonly { name: string; header: HeaderJson; body: string; bytes: string }[];
  readonly invalid: readonly { name: string; bytes: string; error: string }[];
}
type HeaderJson = Omit<EventHeader, 'prev' | 'notify'> & { prev: string; notify: string | string[] };

const vectors: Vectors = JSON.parse(readFileSync(new URL('../../test-vectors/events.json', import.meta.url), 'utf8'));
const bytesOf = (hex: string): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.from(hex, 'hex'));
const headerOf = (json: HeaderJson): EventHeader => ({
  ...json,
  prev: bytesOf(json.prev),
  notify: Array.isArray(json.notify) ? json.notify.map(bytesOf) : (json.notify as 'default' | 'all'),
});
const privateKey = () => crypto.subtle.importKey('pkcs8', bytesOf(vectors.privateKey), 'Ed25519', false, ['sign']);
const bare = (bytes: Uint8Array): Uint8Array => Uint8Array.from(bytes);
const decoded = (bytes: Uint8Array) => {
  const event = decodeEvent(bytes);
  if (!event.ok) throw new Error(event.error.type);
  const { header, body } = event.value;
  const notify = typeof header.notify === 'string' ? header.notify : header.notify.map(bare);
  return { header: { ...header, prev: bare(header.prev), notify }, body: bare(body) };
};

describe('event codec', () => {
  test.each(vectors.valid)('[EVT-1] test vector: $name', async ({ header, body, bytes }) => {
    const unsigned = encodeUnsignedEvent(headerOf(header), bytesOf(body));
    const event = await signEvent(unsigned, vectors.place, await privateKey());
    expect(Buffer.from(event).toString('hex')).toBe(bytes);
    expect(decoded(event)).toEqual({ header: headerOf(header), body: bytesOf(body) });
  });

  test('[EVT-1] whatever is encoded is decoded to the same', () => {
    const id = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => bytesToId<EventId>(bytes));
    const tag = fc.uint8Array({ minLength: 4, maxLength: 4 });
    const header = fc.record({
      eventId: id,
      kind: fc.nat(255),
      target: fc.option(id),
      time: fc.maxSafeNat().map((n) => n as Hlc),
      epoch: fc.maxSafeNat(),
      seq: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
      prev: fc.uint8Array({ minLength: 16, maxLength: 16 }),
      expireAfterSeconds: fc.maxSafeNat(),
      notBeforeMs: fc.maxSafeNat(),
      notify: fc.oneof(
        fc.constantFrom('default' as const, 'all' as const),
        fc.array(tag, { minLength: 1, maxLength: 16 }),
      ),
      sealed: fc.boolean(),
    });
    fc.assert(
      fc.property(header, fc.uint8Array({ maxLength: 500 }), (given, body) => {
        const event = new Uint8Array([...encodeUnsignedEvent(given, body), ...new Uint8Array(64)]);
        expect(decoded(event)).toEqual({ header: given, body });
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  test.each(vectors.invalid)('[EVT-2] refused: $name', ({ bytes, error }) => {
    const event = decodeEvent(bytesOf(bytes));
    expect(event.ok ? 'accepted' : event.error.type).toBe(error);
  });

  test('[EVT-2] no accepted byte string has a second form: every accepted mutation encodes back to itself', () => {
    const good = bytesOf(vectors.valid[6]!.bytes);
    let accepted = 0;
    for (let at = 0; at < good.length; at++) {
      for (const change of [1, 0x40, 0x80]) {
        const bytes = good.slice();
        bytes[at] = (bytes[at] ?? 0) ^ change;
        const event = decodeEvent(bytes);
        if (!event.ok) continue;
        accepted++;
        const unsigned = encodeUnsignedEvent(event.value.header, event.value.body);
        expect([...unsigned, ...event.value.signature]).toEqual([...bytes]);
      }
    }
    expect(accepted).toBeGreaterThan(500);
  });

  test('[EVT-2] an event above the limit is refused before it is read', () => {
    const event = decodeEvent(new Uint8Array(LIMITS.eventBytes + 1));
    expect(event).toEqual({ ok: false, error: { type: 'event-too-large', sizeBytes: LIMITS.eventBytes + 1 } });
  });
});

describe('event signature', () => {
  test('[EVT-3] the signature stands for conversation, account, device and every byte of the event', async () => {
    const key = await importVerifyKey(bytesOf(vectors.publicKey));
    const event = bytesOf(vectors.valid[0]!.bytes);
    expect(await verifyEvent(event, vectors.place, key)).toBe(true);
    const other = bytesToId<never>(new Uint8Array(16).fill(99));
    for (const place of [
      { ...vectors.place, conversation: other },
      { ...vectors.place, account: other },
      { ...vectors.place, device: other },
    ])
      expect(await verifyEvent(event, place, key)).toBe(false);
    for (let at = 0; at < event.length; at += 7) {
      const changed = event.slice();
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(await verifyEvent(changed, vectors.place, key)).toBe(false);
    }
  });

  test('[EVT-5] prev is the truncated SHA-256 of the whole previous event, zeros at first', () => {
    const first = bytesOf(vectors.valid[0]!.bytes);
    expect([...NO_PREV]).toEqual(Array(16).fill(0));
    expect(hashEvent(first)).toHaveLength(16);
    const changed = first.slice();
    changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
    expect(hashEvent(changed)).not.toEqual(hashEvent(first));
  });
});

test('[HLC-1] the time of a vector is its milliseconds and counter', () => {
  expect(vectors.valid[0]!.header.time).toBe(msToHlc(1_763_686_800_000) + 5);
});
