import { defineConfig } from 'vitest/config';

/** The contract suite against the real servers that `npm run test:real` starts. */
export default defineConfig({
  test: {
    include: ['e2e/contract/real.test.ts', 'e2e/contract/traps-real.test.ts', 'e2e/contract/operations-real.test.ts'],
    environment: 'node',
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
