import { defineConfig } from '@playwright/test';
import { chromiumArguments } from './e2e/chromium-arguments.ts';

const { CHROMIUM = '/usr/bin/chromium', CI } = process.env;

/**
 * The console's specs against the real servers that `npm run test:real` starts. They share hosts, so one runs at a
 * time.
 */
export default defineConfig({
  testDir: 'e2e/real',
  testMatch: '*.spec.ts',
  workers: 1,
  fullyParallel: false,
  // Real servers fetch, prune and restart in their own time, and the machine may be busy: a test that passes never waits.
  timeout: 240_000,
  expect: { timeout: 45_000 },
  reporter: [['list'], ['json', { outputFile: 'test-results/real-console.json' }]],
  // Only on CI, where nobody can run a test again. A test that passes only in the retry is reported as flaky.
  retries: CI ? 1 : 0,
  outputDir: 'test-results/real',
  use: {
    // Wide enough for the columns of the Fleet table that the specs read.
    viewport: { width: 1600, height: 900 },
    // Chromium's sandbox works neither for root nor in most containers. The specs open only the console's own pages.
    launchOptions: { args: chromiumArguments, executablePath: CHROMIUM, chromiumSandbox: false },
    contextOptions: { reducedMotion: 'reduce' },
    trace: 'on-first-retry',
  },
});
