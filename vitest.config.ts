import { defineConfig } from 'vitest/config';

/** Unit and contract tests of every workspace, under Node. Browser tests are Playwright's: client/e2e. */
export default defineConfig({
  test: {
    environment: 'node',
    include: ['{schema,auth,sync-server,client}/{src,test}/**/*.test.{ts,tsx}', '{scripts,bench}/**/*.test.ts'],
    globalSetup: './scripts/services/vitest-services.ts',
    // Real servers, SQLite with full sync and argon2 on a busy two-core machine need more than the default five seconds.
    testTimeout: 30_000,
    hookTimeout: 30_000,
    maxWorkers: 2,
    reporters: ['default', './scripts/test/vitest-counts.ts'],
  },
});
