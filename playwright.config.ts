import { defineConfig } from '@playwright/test';
import { findChromium } from './scripts/ensure-chromium.ts';

const { CI } = process.env;
const executablePath = findChromium(process.env);

/** The console seen from outside. `npm run e2e` builds and finds a Chromium first. */
export default defineConfig({
  testDir: 'e2e',
  testIgnore: 'real/**',
  outputDir: 'test-results/e2e',
  timeout: 30_000,
  expect: { timeout: 5_000 },
  fullyParallel: true,
  forbidOnly: Boolean(CI),
  workers: 2,
  // Told as flaky, not hidden: a machine without a person at it has nobody to try again.
  retries: CI ? 1 : 0,
  reporter: [['list'], ['json', { outputFile: 'test-results/e2e.json' }]],
  use: {
    viewport: { width: 1280, height: 800 },
    // Colours in the middle of a transition are no colours to judge.
    contextOptions: { reducedMotion: 'reduce' },
    trace: 'retain-on-failure',
    launchOptions: {
      ...(executablePath === undefined ? {} : { executablePath }),
      // Chromium's sandbox does not work for root.
      chromiumSandbox: process.getuid?.() !== 0,
    },
  },
  projects: [
    { name: 'browser', testMatch: '*.spec.ts', testIgnore: ['electron/**', 'real/**'] },
    { name: 'electron', testMatch: 'electron/*.spec.ts' },
  ],
});
