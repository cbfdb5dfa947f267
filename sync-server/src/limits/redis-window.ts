/** Limits that all processes of a server count together; each counts for itself while Redis is down. [LIM-1] [CLU-3] */
import { RateLimiterMemory, RateLimiterRedis } from 'rate-limiter-flexible';
import type { RedisBus } from '../cluster/redis-bus.ts';
import type { CreateWindow } from './limiter.ts';

export const createRedisWindow =
  ({ client }: Pick<RedisBus, 'client'>, prefix: string): CreateWindow =>
  ({ keyPrefix, ...options }) =>
    new RateLimiterRedis({
      ...options,
      keyPrefix: `${prefix}limit:${keyPrefix}`,
      storeClient: client,
      useRedisPackage: true,
      insuranceLimiter: new RateLimiterMemory({ ...options, keyPrefix }),
    });
