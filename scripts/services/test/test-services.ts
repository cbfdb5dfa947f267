/**
 * MongoDB and Redis for test files: one server of each for the whole run, of which every caller has a part of its own.
 * To be called in a file or a `describe`. Without a server the tests fail, with what to do.
 */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, inject } from 'vitest';
import { dropDatabases } from '../drop-databases.ts';
import type {} from '../vitest-services.ts';

export interface TestDatabase {
  /** The server's; the database is not in it. */
  readonly url: string;
  readonly name: string;
}

export interface TestDatabases {
  /** An empty one, during a test or a hook. All are dropped after the last test. */
  create(): TestDatabase;
  /** Two that are empty, as a server is given them: with the name in the URL. */
  createForServer(): TestDatabase;
}

export interface TestRedis {
  /** During a test or a hook. */
  readonly url: string;
  /** For the names of keys and channels, which others' tests share. */
  readonly prefix: string;
}

/** A server may have to be built first. */
const START_LIMIT_MS = 10 * 60_000;

export const testDatabases = (): TestDatabases => {
  const url = testService('mongo');
  const names: string[] = [];
  afterAll(async () => {
    if (names.length > 0) await dropDatabases(url(), names);
  });
  return {
    create: () => {
      const database = { url: url(), name: `kith-test-${randomUUID()}` };
      names.push(database.name);
      return database;
    },
    createForServer: () => {
      const name = `kith-test-${randomUUID().slice(0, 13)}`;
      names.push(`${name}-accounts`, `${name}-documents`);
      const whole = new URL(url());
      whole.pathname = `/${name}`;
      return { url: whole.href, name };
    },
  };
};

export const testRedis = (): TestRedis => {
  const url = testService('redis');
  return {
    get url() {
      return url();
    },
    prefix: `kith-test-${randomUUID()}:`,
  };
};

const testService = (name: string): (() => string) => {
  let answer: { readonly isUrl: boolean; readonly text: string } | undefined;
  beforeAll(async () => {
    const response = await fetch(`${inject('serviceBroker')}/${name}`);
    answer = { isUrl: response.ok, text: await response.text() };
  }, START_LIMIT_MS);
  return () => {
    if (answer === undefined) throw new Error(`${name} is there during tests and hooks only`);
    // Thrown in every test that needs it, so that every one of them counts as failed and not as left out.
    if (!answer.isUrl) throw new Error(answer.text);
    return answer.text;
  };
};
