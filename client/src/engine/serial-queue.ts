/** Runs tasks one after the other, in the order they were given; a failed one does not stop the next. */
export interface SerialQueue {
  run<T>(task: () => Promise<T>): Promise<T>;
}

export const createSerialQueue = (): SerialQueue => {
  let last: Promise<unknown> = Promise.resolve();
  return {
    run: (task) => {
      const result = last.then(() => task());
      last = result.catch(() => undefined); // the caller of `run` has the rejection
      return result;
    },
  };
};
