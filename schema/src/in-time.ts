/**
 * Patience with a database driver that may wait for ever. MongoDB's does, for a command written to a connection that has
 * ended and of whose end it has not been told yet: neither its time limits nor a server that is back end that. [STO-11]
 */

/** The same object, but what it or its cursors promise fails when it has not come after `limitMs`. */
export const inTime = <T extends object>(driver: T, limitMs: number): T =>
  new Proxy(driver, {
    get: (target, key) => {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]) => limited(Reflect.apply(value, target, args), limitMs);
    },
  });

const limited = (result: unknown, limitMs: number): unknown => {
  if (result instanceof Promise) return within(result, limitMs);
  const isCursor = typeof result === 'object' && result !== null && 'toArray' in result;
  return isCursor ? inTime(result, limitMs) : result;
};

const within = async <T>(answer: Promise<T>, limitMs: number): Promise<T> => {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`the database has not answered for ${limitMs} ms`)), limitMs);
  try {
    return await Promise.race([answer, promise]);
  } finally {
    clearTimeout(timer);
  }
};

/** Of the driver's client, as far as it is needed here. */
export interface MonitoringClient {
  on(
    event: 'serverHeartbeatStarted' | 'serverHeartbeatSucceeded' | 'serverHeartbeatFailed',
    listener: (event: { readonly connectionId: string }) => void,
  ): unknown;
  close(): Promise<void>;
  connect(): Promise<unknown>;
}

/**
 * A look at a server that neither succeeds nor fails within `limitMs` is the last one: the client would never find the
 * server again. It is connected anew, with all that was made from it. Returns a stop.
 */
export const reviveWhenStuck = (client: MonitoringClient, limitMs: number): (() => void) => {
  const looks = new Map<string, ReturnType<typeof setTimeout>>();
  let isStopped = false;
  const stopLooking = (): void => {
    for (const timer of looks.values()) clearTimeout(timer);
    looks.clear();
  };
  const revive = async (): Promise<void> => {
    stopLooking();
    if (isStopped) return;
    try {
      await client.close();
      await client.connect();
    } catch {
      // not there at this moment: whoever asks is told, and it is tried again
      looks.set('', setTimeout(revive, limitMs).unref());
    }
  };
  const ended = ({ connectionId }: { readonly connectionId: string }): void => {
    clearTimeout(looks.get(connectionId));
    looks.delete(connectionId);
  };
  client.on('serverHeartbeatStarted', (look) => {
    ended(look);
    if (!isStopped) looks.set(look.connectionId, setTimeout(revive, limitMs).unref());
  });
  client.on('serverHeartbeatSucceeded', ended);
  client.on('serverHeartbeatFailed', ended);
  return () => {
    isStopped = true;
    stopLooking();
  };
};
