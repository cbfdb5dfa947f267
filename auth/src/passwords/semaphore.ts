/** At most `limit` pieces of work at once; the others wait in order. */
export type Semaphore = <T>(work: () => Promise<T>) => Promise<T>;

export const createSemaphore = (limit: number): Semaphore => {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (running >= limit) await new Promise<void>((resolve) => waiting.push(resolve));
    else running++;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running--;
      else next(); // the place is handed on, so `running` stays
    }
  };
};
