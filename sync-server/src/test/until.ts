/** Waits for a condition over real sockets: checked after every turn of the event loop, never by a fixed pause. */
export const until = async (isTrue: () => boolean, what = 'a condition', limitMs = 20_000): Promise<void> => {
  const end = Date.now() + limitMs;
  while (!isTrue()) {
    if (Date.now() > end) throw new Error(`waited ${limitMs} ms for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
};
