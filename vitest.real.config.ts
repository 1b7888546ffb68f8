import { defineConfig } from 'vitest/config';

const { CI } = process.env;

/** The contract suite against the real servers that `npm run test:real` starts. */
export default defineConfig({
  test: {
    include: [
      'e2e/contract/real.test.ts',
      'e2e/contract/traps-real.test.ts',
      'e2e/contract/operations-real.test.ts',
      'e2e/contract/reading-real.test.ts',
      'e2e/contract/credential-expiry-real.test.ts',
      'e2e/real/prometheus.test.ts',
      'e2e/contract/two-consoles-real.test.ts',
      'e2e/contract/schedules-real.test.ts',
    ],
    environment: 'node',
    fileParallelism: false,
    reporters: ['default', 'json'],
    outputFile: { json: 'test-results/real-contract.json' },
    // Real servers fail occasionally. A test that fails twice indicates a bug of the console.
    retry: CI ? 1 : 0,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
