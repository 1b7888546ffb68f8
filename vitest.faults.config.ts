import { defineConfig } from 'vitest/config';

/** The scenarios of `npm run test:faults`: consoles in processes of their own that meet full disks, late requests, damage. */
export default defineConfig({
  test: {
    include: ['e2e/faults/scenarios/*.test.ts'],
    environment: 'node',
    // Some compare times of one run.
    fileParallelism: false,
    testTimeout: 180_000,
    hookTimeout: 60_000,
  },
});
