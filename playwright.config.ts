import { defineConfig, devices } from '@playwright/test';
import { chromium } from './chromium.ts';

/** Browser tests against the real server, which each file starts for itself: client/e2e/harness. */
export default defineConfig({
  testDir: 'client/e2e',
  testMatch: '*.spec.ts',
  outputDir: 'test-results',
  workers: 1,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  // A test that passes at the second try has found something.
  retries: 0,
  forbidOnly: true,
  reporter: [['list'], ['./scripts/test/playwright-counts.ts']],
  use: {
    ...devices['Desktop Chrome'],
    serviceWorkers: 'allow',
    trace: 'retain-on-failure',
    launchOptions: chromium,
  },
});
