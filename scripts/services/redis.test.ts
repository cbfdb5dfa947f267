import { createClient } from '@redis/client';
import { describe, expect, it } from 'vitest';
import { testRedis } from './test/test-services.ts';

const connect = async (url: string) => {
  const client = createClient({ url });
  client.on('error', (error: unknown) => console.error(error));
  await client.connect();
  return client;
};

describe('the Redis of this run', () => {
  const [ours, others] = [testRedis(), testRedis()];

  it('[SRV-3] hands what is published to every subscriber of the channel, in order', async () => {
    const [publisher, one, two] = await Promise.all([connect(ours.url), connect(ours.url), connect(ours.url)]);
    const heard = { one: [] as string[], two: [] as string[] };
    await one.subscribe(`${ours.prefix}news`, (text) => heard.one.push(text));
    await two.subscribe(`${ours.prefix}news`, (text) => heard.two.push(text));
    await publisher.publish(`${others.prefix}news`, 'for others');
    for (const text of ['first', 'second']) await publisher.publish(`${ours.prefix}news`, text);
    await expect.poll(() => heard).toEqual({ one: ['first', 'second'], two: ['first', 'second'] });
    for (const client of [publisher, one, two]) client.destroy();
  });
});
