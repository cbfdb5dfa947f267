/**
 * Gives test files the MongoDB and the Redis of this run. Nothing is started, and no driver loaded, until a file asks:
 * one that needs no server pays nothing for those that do.
 */
import type { TestProject } from 'vitest/node';
import { createServiceBroker } from './service-broker.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Where to ask: `test-services.ts` does. */
    serviceBroker: string;
  }
}

export default async ({ provide }: TestProject): Promise<() => Promise<void>> => {
  const broker = await createServiceBroker({
    mongo: async () => (await import('./mongo.ts')).startMongo(),
    redis: async () => (await import('./redis.ts')).startRedis(),
  });
  provide('serviceBroker', broker.url);
  return broker.close;
};
