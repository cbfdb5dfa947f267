import { expect, it } from 'vitest';
import type { Service } from './service.ts';
import { createServiceBroker } from './service-broker.ts';

const ask = async (url: string) => {
  const response = await fetch(url);
  return { status: response.status, text: await response.text() };
};

it('[SRV-4] starts a server when the first one asks, once, and stops it in the end', async () => {
  const told: string[] = [];
  const start = async (): Promise<Service> => {
    told.push('started');
    return { url: 'redis://here', process: null, stop: async () => void told.push('stopped') };
  };
  const broker = await createServiceBroker({ redis: start, mongo: start });
  expect(told).toEqual([]);
  const answers = await Promise.all([ask(`${broker.url}/redis`), ask(`${broker.url}/redis`)]);
  expect(answers).toEqual([
    { status: 200, text: 'redis://here' },
    { status: 200, text: 'redis://here' },
  ]);
  await broker.close();
  expect(told).toEqual(['started', 'stopped']);
});

it('[SRV-4] says why there is none, to everybody who asks', async () => {
  const broker = await createServiceBroker({
    redis: () => Promise.reject(new Error('none to be had', { cause: new Error('nothing is installed') })),
  });
  for (const name of ['redis', 'redis']) {
    expect(await ask(`${broker.url}/${name}`)).toEqual({ status: 503, text: 'none to be had: nothing is installed' });
  }
  expect((await ask(`${broker.url}/other`)).text).toBe('there is no service other');
  await broker.close();
});
