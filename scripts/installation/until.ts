/** Waits for a condition, not for a time. @throws Error that names it when it does not come about */
const LOOK_MS = 20;
const LIMIT_MS = 60_000;

export const until = async (
  what: string,
  holds: () => boolean | Promise<boolean>,
  limitMs: number = LIMIT_MS,
): Promise<void> => {
  const endMs = performance.now() + limitMs;
  while (!(await holds())) {
    if (performance.now() > endMs) throw new Error(`waited ${limitMs} ms for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
};
