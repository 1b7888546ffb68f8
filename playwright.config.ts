import { defineConfig } from '@playwright/test';
import { chromiumArguments } from './e2e/chromium-arguments.ts';
import { findChromium } from './scripts/ensure-chromium.ts';

const { CI } = process.env;
const executablePath = findChromium(process.env);

/** The browser specs. `npm run e2e` builds the console and finds or installs Chromium first. */
export default defineConfig({
  testDir: 'e2e',
  testIgnore: 'real/**',
  outputDir: 'test-results/e2e',
  // Long enough for a machine under load. A passing test never waits for these timeouts.
  timeout: 120_000,
  expect: { timeout: 30_000 },
  fullyParallel: true,
  forbidOnly: Boolean(CI),
  // Much of a test is waiting for hosts and polls, so one more than the cores of a small machine keeps them busy.
  workers: 3,
  // A test that passes only in the retry is reported as flaky.
  retries: CI ? 1 : 0,
  reporter: [['list'], ['json', { outputFile: 'test-results/e2e.json' }]],
  use: {
    viewport: { width: 1280, height: 800 },
    // Prevents axe from measuring contrast during a transition.
    contextOptions: { reducedMotion: 'reduce' },
    // Traces take a third of the run time. `npm run e2e -- --trace on` records every test.
    trace: 'on-first-retry',
    launchOptions: {
      args: chromiumArguments,
      ...(executablePath === undefined ? {} : { executablePath }),
      // Chromium's sandbox does not work for root.
      chromiumSandbox: process.getuid?.() !== 0,
    },
  },
  projects: [
    // The longest test is in a project of its own, which comes first: it would run alone at the end.
    { name: 'layout', testMatch: 'window-sizes.spec.ts' },
    { name: 'browser', testMatch: '*.spec.ts', testIgnore: ['electron/**', 'real/**', 'window-sizes.spec.ts'] },
    { name: 'electron', testMatch: 'electron/*.spec.ts' },
  ],
});
