import { msToHlc } from '@kith/schema/hlc';
import { expect, test } from 'vitest';
import type { LocalStore, OutboxEntry, OutboxEvent } from '../local-store.ts';
import {
  conversationId,
  eventId,
  ROOM,
  sampleConversation,
  sampleMessage,
  sampleOutboxEvent,
  sampleOwnMessage,
} from './local-store-samples.ts';
import type { StoreUnderTest } from './local-store-suite.ts';

const eventsOf = (entries: readonly OutboxEntry[]): readonly OutboxEvent[] =>
  entries.flatMap((entry) => (entry.type === 'event' ? [entry] : []));

const firstEvent = async (store: LocalStore): Promise<OutboxEvent> => {
  const [event] = eventsOf(await store.outbox());
  if (event === undefined) throw new Error('the outbox is empty');
  return event;
};

export const outboxRules = ({ store, reopened }: StoreUnderTest): void => {
  test('[LOC-8] a send puts event, timeline row and clock down together', async () => {
    await store().enqueueEvent(sampleOutboxEvent(1), sampleOwnMessage(1));
    const again = await reopened();
    expect(eventsOf(await again.outbox())).toMatchObject([sampleOutboxEvent(1)]);
    expect(await again.message(eventId(1))).toEqual(sampleOwnMessage(1));
    expect(await again.clock()).toBe(msToHlc(1_000));
    expect(await again.outboxCount()).toEqual({ pending: 1, refused: 0 });
  });

  test('[LOC-1] methods called at once are one transaction each: nothing is lost, nothing half there', async () => {
    const numbers = Array.from({ length: 20 }, (_, n) => n + 1);
    await Promise.all(numbers.map((n) => store().enqueueEvent(sampleOutboxEvent(n), sampleOwnMessage(n))));
    const again = await reopened();
    expect(new Set((await again.outbox()).map(({ position }) => position)).size).toBe(20);
    expect(await again.messageCount(ROOM)).toBe(20);
    expect(await again.clock()).toBe(msToHlc(20_000));
  });

  test('[LOC-8] the clock never goes back', async () => {
    await store().enqueueEvent(sampleOutboxEvent(9), null);
    await store().enqueueEvent(sampleOutboxEvent(2), null);
    expect(await store().clock()).toBe(msToHlc(9_000));
  });

  test('[LOC-9] the outbox keeps the order of writing, commands and events alike, also across a restart', async () => {
    const conversation = sampleConversation({ state: 'local' });
    await store().enqueueCommand(
      { type: 'command', conversation: ROOM, command: { name: 'create', kind: 'group', title: conversation.title } },
      conversation,
    );
    await store().enqueueEvent(sampleOutboxEvent(5), sampleOwnMessage(5));
    await store().enqueueEvent(sampleOutboxEvent(3), sampleOwnMessage(3));
    const again = await reopened();
    await again.enqueueCommand({ type: 'command', conversation: ROOM, command: { name: 'leave' } }, null);
    const entries = await again.outbox();
    expect(entries.map(({ type }) => type)).toEqual(['command', 'event', 'event', 'command']);
    expect(eventsOf(entries).map((event) => event.eventId)).toEqual([eventId(5), eventId(3)]);
    const positions = entries.map(({ position }) => position);
    expect(positions).toEqual([...positions].sort((a, b) => a - b));
    expect(new Set(positions).size).toBe(4);
    expect(entries[0]).toMatchObject({ command: { name: 'create', kind: 'group', title: conversation.title } });
    expect(await again.conversation(ROOM)).toEqual(conversation);
  });

  test('[LOC-9] a finished command leaves the outbox, nothing else does', async () => {
    await store().enqueueCommand({ type: 'command', conversation: ROOM, command: { name: 'leave' } }, null);
    await store().enqueueEvent(sampleOutboxEvent(1), null);
    const [command] = await store().outbox();
    await store().finishCommand(command?.position ?? -1);
    expect((await store().outbox()).map(({ type }) => type)).toEqual(['event']);
  });

  test('[LOC-22] a refused command leaves the outbox and is kept with its reason, across a restart, until dismissed', async () => {
    const rename = { name: 'rename', title: new Uint8Array([0, 7, 255]) } as const;
    await store().enqueueCommand({ type: 'command', conversation: ROOM, command: rename }, null);
    await store().enqueueCommand({ type: 'command', conversation: ROOM, command: { name: 'leave' } }, null);
    await store().enqueueEvent(sampleOutboxEvent(1), null);
    const positions = (await store().outbox()).map(({ position }) => position);
    const refused = (n: number) =>
      ({ position: positions[n] ?? -1, conversation: ROOM, code: 'forbidden', at: 5 }) as const;
    await store().refuseCommand({ ...refused(1), command: { name: 'leave' } });
    await store().refuseCommand({ ...refused(0), command: rename });
    const again = await reopened();
    expect((await again.outbox()).map(({ type }) => type)).toEqual(['event']);
    expect(await again.refusedCommands()).toEqual([
      { ...refused(0), command: rename },
      { ...refused(1), command: { name: 'leave' } },
    ]);
    expect(await again.outboxCount()).toEqual({ pending: 1, refused: 0 });
    await again.dismissRefusedCommand(positions[0] ?? -1);
    await again.dismissRefusedCommand(positions[0] ?? -1);
    expect((await again.refusedCommands()).map(({ position }) => position)).toEqual([positions[1]]);
    await again.wipe();
    expect(await again.refusedCommands()).toEqual([]);
  });

  test('[LOC-22] what does not wait as a command is not refused', async () => {
    await store().enqueueEvent(sampleOutboxEvent(1), null);
    const { position } = await firstEvent(store());
    for (const at of [position, position + 1])
      await store().refuseCommand({
        position: at,
        conversation: ROOM,
        command: { name: 'leave' },
        code: 'forbidden',
        at: 5,
      });
    expect(await store().refusedCommands()).toEqual([]);
    expect(await store().outbox()).toHaveLength(1);
  });

  test('[LOC-10] what was signed is remembered with its place, and the timeline row moves to the new time', async () => {
    await store().enqueueEvent(sampleOutboxEvent(1), sampleOwnMessage(1));
    await store().enqueueEvent(sampleOutboxEvent(2), sampleOwnMessage(2));
    const event = await firstEvent(store());
    const bytes = new Uint8Array([9, 9]);
    await store().saveSigned([{ ...event, time: msToHlc(3_000), signed: { segment: 4, bytes } }]);
    const again = await reopened();
    expect(await firstEvent(again)).toEqual({ ...event, time: msToHlc(3_000), signed: { segment: 4, bytes } });
    const row = await again.message(eventId(1));
    expect(row).toMatchObject({ time: msToHlc(3_000), segment: 4, bytes, message: { time: msToHlc(3_000) } });
    const ids = (await again.timeline(ROOM, null, 10)).map((message) => message.eventId);
    expect(ids).toEqual([eventId(1), eventId(2)]);
    expect(await again.clock()).toBe(msToHlc(3_000));
  });

  test('[LOC-10] signing what is no longer in the outbox changes nothing', async () => {
    await store().enqueueEvent(sampleOutboxEvent(1), sampleOwnMessage(1));
    const event = await firstEvent(store());
    await store().acknowledge(ROOM, [{ eventId: eventId(1), arrival: 1 }]);
    await store().saveSigned([{ ...event, signed: { segment: 1, bytes: new Uint8Array([1]) } }]);
    expect(await store().outbox()).toEqual([]);
  });

  test('[LOC-11] an acknowledgement takes events out of the outbox and puts arrivals into the timeline', async () => {
    await store().enqueueEvent(sampleOutboxEvent(1), sampleOwnMessage(1));
    await store().enqueueEvent(sampleOutboxEvent(2), sampleOwnMessage(2));
    await store().acknowledge(ROOM, [
      { eventId: eventId(1), arrival: 41 },
      { eventId: eventId(77), arrival: 42 },
    ]);
    const again = await reopened();
    expect(eventsOf(await again.outbox()).map((event) => event.eventId)).toEqual([eventId(2)]);
    expect((await again.message(eventId(1)))?.arrival).toBe(41);
    expect((await again.message(eventId(2)))?.arrival).toBeNull();
    expect(await again.message(eventId(77))).toBeNull();
  });

  test('[LOC-12] a refused event is kept with its reason until it is sent again or discarded', async () => {
    await store().enqueueEvent(sampleOutboxEvent(1), sampleOwnMessage(1));
    const event = await firstEvent(store());
    await store().quarantine([{ event, code: 'event-too-large', detail: 'too much', at: 5 }]);
    const again = await reopened();
    expect(await again.outboxCount()).toEqual({ pending: 0, refused: 1 });
    expect(await again.quarantined(eventId(1))).toEqual({
      event,
      code: 'event-too-large',
      detail: 'too much',
      at: 5,
    });
    expect((await again.message(eventId(1)))?.refused).toBe('event-too-large');
    expect(await again.quarantined(eventId(2))).toBeNull();
  });

  test('[LOC-12] sent again, it stands at the end of the outbox and of the timeline', async () => {
    await store().enqueueEvent(sampleOutboxEvent(1), sampleOwnMessage(1));
    const event = await firstEvent(store());
    await store().quarantine([{ event, code: 'forbidden', detail: null, at: 5 }]);
    await store().enqueueEvent(sampleOutboxEvent(2), sampleOwnMessage(2));
    const { position: _, ...rest } = { ...event, time: msToHlc(3_000) };
    const row = { ...sampleOwnMessage(3), eventId: eventId(1) };
    await store().requeue(rest, row);
    expect(eventsOf(await store().outbox()).map((entry) => entry.eventId)).toEqual([eventId(2), eventId(1)]);
    expect(await store().quarantined(eventId(1))).toBeNull();
    expect(await store().timeline(ROOM, null, 10)).toEqual([row, sampleOwnMessage(2)]);
    expect(await store().clock()).toBe(msToHlc(3_000));
    expect(await store().outboxCount()).toEqual({ pending: 2, refused: 0 });
  });

  test('[LOC-12] discarded, it is gone from quarantine and timeline', async () => {
    await store().enqueueEvent(sampleOutboxEvent(1), sampleOwnMessage(1));
    await store().quarantine([{ event: await firstEvent(store()), code: 'forbidden', detail: null, at: 5 }]);
    await store().discard(eventId(1));
    expect(await store().quarantined(eventId(1))).toBeNull();
    expect(await store().timeline(ROOM, null, 10)).toEqual([]);
  });

  test('[LOC-12] what is not refused cannot be discarded', async () => {
    await store().enqueueEvent(sampleOutboxEvent(1), sampleOwnMessage(1));
    await store().project({ messages: [sampleMessage(2)], changes: [] });
    await store().discard(eventId(1));
    await store().discard(eventId(2));
    expect(await store().outbox()).toHaveLength(1);
    expect(await store().timeline(ROOM, null, 10)).toHaveLength(2);
  });

  test('[LOC-12] a refused event that turns out to be stored leaves quarantine', async () => {
    await store().enqueueEvent(sampleOutboxEvent(1), sampleOwnMessage(1));
    await store().quarantine([{ event: await firstEvent(store()), code: 'forbidden', detail: null, at: 5 }]);
    await store().acknowledge(ROOM, [{ eventId: eventId(1), arrival: 3 }]);
    expect(await store().quarantined(eventId(1))).toBeNull();
    expect(await store().message(eventId(1))).toMatchObject({ refused: null, arrival: 3 });
  });

  test('[LOC-9] outboxes of conversations do not mix', async () => {
    const elsewhere = conversationId(2);
    await store().enqueueEvent(sampleOutboxEvent(1, { conversation: elsewhere }), null);
    await store().acknowledge(ROOM, [{ eventId: eventId(1), arrival: 3 }]);
    expect(eventsOf(await store().outbox())).toHaveLength(1);
  });
};
