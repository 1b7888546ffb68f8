import { defineConfig } from 'vitest/config';

/** Unit and bridge tests stand beside their files. What needs real servers is under e2e/real and has its own config. */
export default defineConfig({
  test: {
    include: [
      'electron/**/*.test.ts',
      'renderer/**/*.test.ts',
      'scripts/**/*.test.ts',
      'e2e/contract/simulator.test.ts',
      'e2e/contract/traps-simulator.test.ts',
    ],
    environment: 'node',
    restoreMocks: true,
    testTimeout: 20_000,
  },
});
