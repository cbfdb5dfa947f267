/**
 * `Bus` over Redis: a channel for each topic, and keys that last a minute for what one process does alone. A Redis that is
 * not there, or does not answer, is no bus: everybody works alone, and it is connected to again by itself. [CLU-1] [CLU-3]
 */
import { randomBytes } from 'node:crypto';
import type { Bus, BusTopic } from '@kith/schema/bus';
import { createClient } from '@redis/client';
import type { Log } from '../log.ts';

export interface RedisBusDeps {
  readonly url: string;
  /** Of channels and keys: servers that share a Redis need different ones. */
  readonly prefix: string;
  readonly log: Log;
}

export interface RedisBus extends Bus {
  /** For what else is kept in Redis; commands are refused at once while it is down. */
  readonly client: RedisClient;
}

export type RedisClient = ReturnType<typeof connect>;

const CONNECT_MS = 2_000;
/** A Redis that says nothing for so long is taken for dead. */
const SILENT_MS = 6_000;
const PING_MS = 2_000;
const MAX_RETRY_MS = 2_000;
/** Commands that wait while Redis is slow; beyond them they are refused. */
const MAX_WAITING = 10_000;
/** A process that died while it was alone at something is waited for no longer. */
const ALONE_MS = 60_000;
const SENDER_BYTES = 12;

export const createRedisBus = ({ url, prefix, log }: RedisBusDeps): RedisBus => {
  const sender = randomBytes(SENDER_BYTES);
  const client = connect(url);
  const listening = connect(url);
  const recovered: (() => void)[] = [];
  let wasDown = false;
  let isClosed = false;
  const isUp = (): boolean => client.isReady && listening.isReady;

  for (const one of [client, listening]) {
    one.on('error', (cause: unknown) => {
      if (!wasDown && !isClosed) log.warn('Redis does not answer: other processes are not heard', { cause });
      wasDown = true;
    });
    one.on('ready', () => {
      if (!wasDown || !isUp()) return;
      wasDown = false;
      log.info('Redis answers again', {});
      for (const tell of recovered) tell();
    });
    one.connect().catch(() => {}); // told as errors; it goes on trying
  }

  return {
    client,
    get isUp() {
      return isUp();
    },
    publish: (topic, message) => {
      if (client.isReady) client.publish(channelOf(prefix, topic), Buffer.concat([sender, message])).catch(() => {});
    },
    subscribe: (topic, listener) => {
      const hear = (message: Buffer): void => {
        if (message.subarray(0, SENDER_BYTES).equals(sender)) return;
        try {
          listener(new Uint8Array(message.subarray(SENDER_BYTES)));
        } catch (cause) {
          log.error('a listener of the bus failed', { topic, cause });
        }
      };
      void subscribed(listening, channelOf(prefix, topic), hear);
    },
    onRecovered: (listener) => void recovered.push(listener),
    alone: async (name, work) => {
      const key = `${prefix}alone:${name}`;
      const own = randomBytes(SENDER_BYTES).toString('base64url');
      const expiration = { type: 'PX', value: ALONE_MS } as const;
      const taken = await client.set(key, own, { condition: 'NX', expiration }).catch(() => 'OK');
      if (taken === null) return;
      try {
        await work();
      } finally {
        await client.eval(GIVE_UP, { keys: [key], arguments: [own] }).catch(() => {});
      }
    },
    close: async () => {
      isClosed = true;
      for (const one of [client, listening]) one.destroy();
    },
  };
};

/** Only what is still ours: it may have expired and be another's. */
const GIVE_UP = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0";

const channelOf = (prefix: string, topic: BusTopic): string => `${prefix}news:${topic}`;

const connect = (url: string) =>
  createClient({
    url,
    disableOfflineQueue: true,
    commandsQueueMaxLength: MAX_WAITING,
    pingInterval: PING_MS,
    socket: {
      connectTimeout: CONNECT_MS,
      socketTimeout: SILENT_MS,
      reconnectStrategy: (retries) => Math.min(50 * 2 ** retries, MAX_RETRY_MS) * (0.5 + Math.random() / 2),
    },
  });

/** The client subscribes again by itself after a break, once it has been subscribed. */
const subscribed = async (client: RedisClient, channel: string, hear: (message: Buffer) => void): Promise<void> => {
  if (client.isReady) await client.subscribe(channel, hear, true).catch(() => whenReady(client, channel, hear));
  else whenReady(client, channel, hear);
};

const whenReady = (client: RedisClient, channel: string, hear: (message: Buffer) => void): void => {
  client.once('ready', () => void subscribed(client, channel, hear));
};
