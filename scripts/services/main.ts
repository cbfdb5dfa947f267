/**
 * Makes sure before the tests that the servers they need can be had: builds and installs what is missing, and says in a
 * line each what will be used. Exit code 1, with what to do, when one cannot be had.
 */
import { findFaultProxies } from './fault-proxies.ts';
import { findMongo } from './mongo.ts';
import { findRedis } from './redis.ts';
import { findTlsProxy } from './tls-proxy.ts';

const WANTED = [
  { what: 'MongoDB suites run against', find: findMongo },
  { what: 'Redis suites run against', find: findRedis },
  { what: 'faults of the network are made by', find: findFaultProxies },
  { what: 'whole installations stand behind', find: findTlsProxy },
];

for (const { what, find } of WANTED) {
  try {
    console.log(`${what} ${(await find()).name}`);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
