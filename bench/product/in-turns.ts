/** Work on many things, a few at a time. */

/** The results in the order of the items. */
export const inTurns = async <T, R>(
  items: readonly T[],
  atOnce: number,
  work: (item: T, n: number) => Promise<R>,
): Promise<R[]> => {
  const results: R[] = new Array(items.length);
  const left = items.entries();
  const worker = async (): Promise<void> => {
    for (const [n, item] of left) results[n] = await work(item, n);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results;
};
