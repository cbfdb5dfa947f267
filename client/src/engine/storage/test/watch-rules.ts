import { expect, test, vi } from 'vitest';
import { ROOM, sampleConversation, sampleMessage, sampleOutboxEvent, sampleOwnMessage } from './local-store-samples.ts';
import type { StoreUnderTest } from './local-store-suite.ts';

export const watchRules = ({ store, sibling }: StoreUnderTest): void => {
  test('[LOC-19] a watch gives the present value, then each later one, in order', async () => {
    const seen: number[] = [];
    const stop = store().watch(
      () => store().messageCount(ROOM),
      (count) => seen.push(count),
    );
    await vi.waitFor(() => expect(seen).toEqual([0]));
    for (let n = 1; n <= 5; n++) await store().project({ messages: [sampleMessage(n)], changes: [] });
    await vi.waitFor(() => expect(seen.at(-1)).toBe(5));
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    stop();
  });

  test('[LOC-19] a watch may read several things', async () => {
    await store().saveConversation(sampleConversation());
    let seen: unknown = null;
    const stop = store().watch(
      async () => [(await store().conversation(ROOM))?.draft, (await store().outboxCount()).pending],
      (value) => {
        seen = value;
      },
    );
    await vi.waitFor(() => expect(seen).toEqual(['', 0]));
    await store().updateConversation(ROOM, (row) => ({ ...row, draft: 'x' }));
    await vi.waitFor(() => expect(seen).toEqual(['x', 0]));
    await store().enqueueEvent(sampleOutboxEvent(1), sampleOwnMessage(1));
    await vi.waitFor(() => expect(seen).toEqual(['x', 1]));
    stop();
  });

  test('[LOC-19] steady writes keep no value back', async () => {
    const seen: number[] = [];
    const stop = store().watch(
      async () => {
        const before = await store().messageCount(ROOM);
        await store().timeline(ROOM, null, 10);
        await store().members(ROOM);
        return before;
      },
      (count) => seen.push(count),
    );
    // Each write follows the one before it, as pieces of a history come in, until there was a value in between.
    let n = 0;
    while (!seen.some((count) => count > 0) && n < 500) {
      await store().project({ messages: [sampleMessage(++n)], changes: [] });
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
    expect(seen.some((count) => count > 0 && count <= n)).toBe(true);
    await vi.waitFor(() => expect(seen.at(-1)).toBe(n));
    stop();
  });

  test('[LOC-19] a patient watch is told the present value at once, and the last one in the end', async () => {
    const seen: number[] = [];
    const stop = store().watch(
      () => store().messageCount(ROOM),
      (count) => seen.push(count),
      'patient',
    );
    await vi.waitFor(() => expect(seen).toEqual([0]));
    for (let n = 1; n <= 5; n++) await store().project({ messages: [sampleMessage(n)], changes: [] });
    await vi.waitFor(() => expect(seen.at(-1)).toBe(5), { timeout: 10_000 });
    stop();
  });

  test('[LOC-19] who is told may write', async () => {
    const written: Promise<void>[] = [];
    const stop = store().watch(
      () => store().messageCount(ROOM),
      (count) => {
        if (count < 3) written.push(store().project({ messages: [sampleMessage(count + 1)], changes: [] }));
      },
    );
    await vi.waitFor(async () => expect(await store().messageCount(ROOM)).toBe(3));
    stop();
    await Promise.all(written);
  });

  test('[LOC-19] a stopped watch is silent', async () => {
    const seen: number[] = [];
    const stop = store().watch(
      () => store().messageCount(ROOM),
      (count) => seen.push(count),
    );
    await vi.waitFor(() => expect(seen).toEqual([0]));
    stop();
    await store().project({ messages: [sampleMessage(1)], changes: [] });
    const marker: number[] = [];
    const stopMarker = store().watch(
      () => store().messageCount(ROOM),
      (count) => marker.push(count),
    );
    await vi.waitFor(() => expect(marker).toEqual([1]));
    stopMarker();
    expect(seen).toEqual([0]);
  });

  if (sibling !== null) {
    test('[LOC-19] a watch hears what another instance on the same data wrote', async () => {
      const other = await sibling();
      let seen = -1;
      const stop = store().watch(
        () => store().messageCount(ROOM),
        (count) => {
          seen = count;
        },
      );
      await vi.waitFor(() => expect(seen).toBe(0));
      await other.project({ messages: [sampleMessage(1)], changes: [] });
      await vi.waitFor(() => expect(seen).toBe(1));
      stop();
    });
  }
};
