/** Awaits a condition, looking again every few milliseconds. @throws Error that names it when it does not come about */
const LOOK_MS = 3;
const LIMIT_MS = 20_000;

export const waitUntil = async (what: string, holds: () => boolean | Promise<boolean>): Promise<void> => {
  const end = Date.now() + LIMIT_MS;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`waited ${LIMIT_MS} ms for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
};
