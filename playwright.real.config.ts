import { defineConfig } from '@playwright/test';

const { CHROMIUM = '/usr/bin/chromium', CI } = process.env;

/** The console's specs against the real servers that `npm run test:real` starts. One after the other: they share hosts. */
export default defineConfig({
  testDir: 'e2e/real',
  testMatch: '*.spec.ts',
  workers: 1,
  fullyParallel: false,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: [['list'], ['json', { outputFile: 'test-results/real-console.json' }]],
  // Told as flaky, not hidden: a machine without a person at it has nobody to try again.
  retries: CI ? 1 : 0,
  outputDir: 'test-results/real',
  use: {
    // Chromium's own sandbox works neither for root nor in most containers, and no page here is a stranger's.
    launchOptions: { executablePath: CHROMIUM, chromiumSandbox: false },
    contextOptions: { reducedMotion: 'reduce' },
    trace: 'retain-on-failure',
  },
});
