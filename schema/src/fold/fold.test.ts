import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type EventBody, encodeEventBody } from '../event/event-body.ts';
import { NO_PREV } from '../event/event-hash.ts';
import { EVENT_KINDS, type EventKind } from '../event/event-kind.ts';
import { msToHlc } from '../hlc.ts';
import { type AccountId, bytesToId, type ConversationId, type DeviceId, type EventId } from '../ids.ts';
import type { Receipt } from '../sync-message.ts';
import { foldMessage, type RoleIn } from './message.ts';
import { MAX_EMOJI, MAX_EMOJI_PER_ACCOUNT } from './reactions.ts';
import { foldReceipts, tickOf } from './receipts.ts';
import { compareEvents, type TimelineEvent } from './timeline-event.ts';

const id = <T extends string>(n: number) => {
  const bytes = new Uint8Array(16);
  new DataView(bytes.buffer).setUint32(0, n);
  return bytesToId<never>(bytes) as unknown as T;
};
const [mara, omar, ines] = [id<AccountId>(1), id<AccountId>(2), id<AccountId>(3)];
const roleIn: RoleIn = (account) =>
  account === ines ? 'admin' : account === omar || account === mara ? 'member' : null;

let number = 100;
const event = <K extends EventKind>(
  kind: K,
  body: EventBody<K>,
  more: Partial<{ by: AccountId; target: EventId; ms: number }> = {},
): TimelineEvent => {
  number++;
  return {
    account: more.by ?? mara,
    device: id<DeviceId>(9),
    body: encodeEventBody(kind, body),
    header: {
      eventId: id<EventId>(number),
      kind: EVENT_KINDS[kind],
      target: more.target ?? null,
      time: msToHlc(more.ms ?? number),
      epoch: 1,
      seq: 1,
      prev: NO_PREV,
      expireAfterSeconds: 0,
      notBeforeMs: 0,
      notify: 'default',
      sealed: false,
    },
  };
};
const hello = event('message', { text: 'hello' });
const target = hello.header.eventId;
const fold = (...changes: TimelineEvent[]) => foldMessage(hello, changes, roleIn);

describe('messages', () => {
  test('[FOLD-1] the author is who owns the log', () => {
    expect(foldMessage({ ...hello, account: omar }, [], roleIn)).toMatchObject({ account: omar, text: 'hello' });
  });

  test('[FOLD-2] order is clock, then id', () => {
    const [a, b, c] = [
      event('message', { text: 'a' }, { ms: 2 }),
      event('message', { text: 'b' }, { ms: 1 }),
      event('message', { text: 'c' }, { ms: 2 }),
    ];
    expect([c, a, b].sort(compareEvents)).toEqual([b, a, c]);
  });

  test('[FOLD-3] the fold is the same whatever the order and however often events come', () => {
    const changes = [
      event('edit', { text: 'two' }, { target }),
      event('edit', { text: 'three' }, { target }),
      event('reaction', { emoji: '👍', on: true }, { target, by: omar }),
      event('reaction', { emoji: '👍', on: false }, { target, by: omar }),
      event('reaction', { emoji: '🎉', on: true }, { target, by: ines }),
      event('edit', { text: 'not mine' }, { target, by: omar }),
    ];
    const once = fold(...changes);
    expect(once).toMatchObject({ state: 'shown', text: 'three', reactions: [{ emoji: '🎉', accounts: [ines] }] });
    fc.assert(
      fc.property(fc.shuffledSubarray([...changes, ...changes], { minLength: 12 }), (shuffled) => {
        expect(fold(...shuffled)).toEqual(once);
      }),
      { seed: 1, numRuns: 100 },
    );
  });

  test('[FOLD-4] others cannot edit; the author or an admin of the epoch deletes', () => {
    expect(fold(event('edit', { text: 'x' }, { target, by: ines }))).toMatchObject({ text: 'hello', editedAt: null });
    expect(fold(event('delete', {}, { target, by: omar }))).toMatchObject({ state: 'shown' });
    expect(fold(event('delete', {}, { target }))).toMatchObject({ state: 'deleted', deletedBy: mara });
    expect(fold(event('delete', {}, { target, by: ines }))).toMatchObject({ state: 'deleted', deletedBy: ines });
    expect(fold(event('delete', {}, { target: id<EventId>(1), by: mara }))).toMatchObject({ state: 'shown' });
  });

  test('[FOLD-5] newer kinds, sealed and unreadable bodies are kept and shown as newer', () => {
    const newer = { state: 'newer', eventId: target };
    expect(foldMessage({ ...hello, header: { ...hello.header, kind: 200 } }, [], roleIn)).toMatchObject(newer);
    expect(foldMessage({ ...hello, header: { ...hello.header, sealed: true } }, [], roleIn)).toMatchObject(newer);
    expect(foldMessage({ ...hello, body: new Uint8Array([1]) }, [], roleIn)).toMatchObject(newer);
    expect(fold({ ...event('edit', { text: 'x' }, { target }), body: new Uint8Array([1]) })).toMatchObject({
      text: 'hello',
    });
  });

  test('[FOLD-5] what changes another message stands in no timeline by itself', () => {
    expect(foldMessage(event('edit', { text: 'x' }, { target }), [], roleIn)).toBe(null);
    const newerChange = event('edit', { text: 'x' }, { target });
    expect(foldMessage({ ...newerChange, header: { ...newerChange.header, kind: 200 } }, [], roleIn)).toBe(null);
  });

  test('[FOLD-6] reactions are bounded per person and per message', () => {
    const greedy = Array.from({ length: 30 }, (_, n) =>
      event('reaction', { emoji: `e${n}`, on: true }, { target, by: omar }),
    );
    const one = fold(...greedy);
    expect(one?.state === 'shown' && one.reactions).toHaveLength(MAX_EMOJI_PER_ACCOUNT);
    const crowd = Array.from({ length: 2000 }, (_, n) =>
      event('reaction', { emoji: `c${n}`, on: true }, { target, by: id<AccountId>(n + 10) }),
    );
    const many = fold(...crowd);
    expect(many?.state === 'shown' && many.reactions).toHaveLength(MAX_EMOJI);
  });
});

describe('ticks', () => {
  const conversation = id<ConversationId>(50);
  const stored = (account: AccountId, arrival: number, device = 1): Receipt => ({
    conversation,
    account,
    device: id<DeviceId>(device),
    arrival,
    at: 0,
  });
  const read = (account: AccountId, arrival: number): Receipt => ({ conversation, account, arrival, at: 0 });
  const tick = (arrival: number | null, ...receipts: Receipt[]) =>
    tickOf(arrival, [omar, ines], foldReceipts(receipts));

  test('[TICK-1] each tick needs its evidence from every other member', () => {
    expect(tick(null)).toBe('pending');
    expect(tick(5)).toBe('stored');
    expect(tick(5, stored(omar, 9))).toBe('stored');
    expect(tick(5, stored(omar, 9), stored(ines, 4), stored(ines, 5, 2))).toBe('delivered');
    expect(tick(5, stored(omar, 9), read(ines, 5))).toBe('delivered');
    expect(tick(5, read(omar, 5), read(ines, 4))).toBe('stored');
    expect(tick(5, read(omar, 5), read(ines, 7))).toBe('read');
  });

  test('[TICK-1] alone in a conversation there is nobody to deliver to', () => {
    expect(tickOf(5, [], foldReceipts([]))).toBe('stored');
  });
});
