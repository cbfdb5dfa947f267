/** Playwright's `test` with the real server: one for each file, with an empty data folder. */
import { type BrowserContextOptions, test as base } from '@playwright/test';
import { type ServerProcess, startServer } from '../../../scripts/serve/server-process.ts';
import { openPerson, type Person } from './person.ts';

interface TestFixtures {
  /** Opens a person at the server; all are closed after the test. */
  readonly open: (options?: BrowserContextOptions) => Promise<Person>;
}
interface WorkerFixtures {
  /** Shared by the tests of a worker: a test that stops it starts it again. */
  readonly server: ServerProcess;
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  server: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures wanted from this pattern.
    async ({}, use) => {
      const server = await startServer();
      await use(server);
      await server.close();
    },
    { scope: 'worker' },
  ],
  open: async ({ browser, server }, use) => {
    const people: Person[] = [];
    await use(async (options) => {
      const person = await openPerson(browser, server.url, options);
      people.push(person);
      return person;
    });
    for (const person of people) await person.close();
  },
});
