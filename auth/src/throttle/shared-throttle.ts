/**
 * Throttles that count tries at every process of the server: each tells the others of its own. News that are lost are
 * tries that only one process knows of; without a bus each counts for itself. [CLU-10]
 */
import type { Bus } from '@kith/schema/bus';
import * as v from 'valibot';
import type { Clock } from '../clock.ts';
import { createThrottle, type Throttle, type ThrottleOptions } from './throttle.ts';

const NewsSchema = v.tuple([
  v.string(),
  v.picklist(['count', 'giveBack', 'forget']),
  v.pipe(v.string(), v.maxLength(256)),
]);

/** `name`: the same in every process, and of one throttle only. */
export type CreateSharedThrottle = (name: string, options: ThrottleOptions) => Throttle;

export const createSharedThrottles = ({
  bus,
  clock,
}: {
  readonly bus: Bus;
  readonly clock: Clock;
}): CreateSharedThrottle => {
  const throttles = new Map<string, Throttle>();
  bus.subscribe('tries', (message) => {
    const [name, change, key] = v.parse(NewsSchema, JSON.parse(new TextDecoder().decode(message)));
    throttles.get(name)?.[change](key);
  });
  return (name, options) => {
    const own = createThrottle(clock, options);
    throttles.set(name, own);
    const changed = (change: 'count' | 'giveBack' | 'forget') => (key: string) => {
      own[change](key);
      bus.publish('tries', new TextEncoder().encode(JSON.stringify([name, change, key])));
    };
    return { waitMs: own.waitMs, count: changed('count'), giveBack: changed('giveBack'), forget: changed('forget') };
  };
};
