import { defineConfig } from '@playwright/test';

const { CHROMIUM = '/usr/bin/chromium' } = process.env;

/** The console's specs against the real servers that `npm run test:real` starts. One after the other: they share hosts. */
export default defineConfig({
  testDir: 'e2e/real',
  testMatch: '*.spec.ts',
  workers: 1,
  fullyParallel: false,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: [['list']],
  outputDir: 'test-results/real',
  use: {
    // Chromium's own sandbox does not work for root, which these tests may well run as.
    launchOptions: { executablePath: CHROMIUM, chromiumSandbox: process.getuid?.() !== 0 },
    contextOptions: { reducedMotion: 'reduce' },
    trace: 'retain-on-failure',
  },
});
