import { availableParallelism } from 'node:os';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

/**
 * Unit, component and bridge tests, which are next to the tested files: `*.test.ts` runs in Node, `*.test.tsx` in
 * jsdom. Tests against real servers and of consoles that meet faults have their own configurations.
 */
export default defineConfig({
  test: {
    restoreMocks: true,
    // Wide enough for a machine whose cores are busy with other work.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 20_000 } },
    // Some tests wait for programs and clocks more than they compute, so one more than the cores of a small machine.
    maxWorkers: Math.max(3, availableParallelism()),
    projects: [
      {
        extends: true,
        test: {
          name: 'node',
          environment: 'node',
          include: [
            'electron/**/*.test.ts',
            'renderer/**/*.test.ts',
            'scripts/**/*.test.ts',
            'e2e/bridge/*.test.ts',
            'e2e/faults/*.test.ts',
            'e2e/contract/simulator.test.ts',
            'e2e/contract/traps-simulator.test.ts',
          ],
        },
      },
      {
        extends: true,
        plugins: [react()],
        test: {
          name: 'page',
          environment: 'jsdom',
          include: ['renderer/**/*.test.tsx'],
          setupFiles: ['renderer/testing/setup.ts'],
        },
      },
    ],
  },
});
