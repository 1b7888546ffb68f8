import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Tests of how long the event loop is held, which garbage of other files would change. */
const measured = [
  'electron/fleet/large-list.test.ts',
  'electron/fleet/long-lists.test.ts',
  'electron/glance/large-answers.test.ts',
  'e2e/bridge/huge-host.test.ts',
];

/** The files that take longest: they start first, so that none of them is the last to run. */
const longest = [
  'e2e/contract/traps-simulator.test.ts',
  'e2e/bridge/headless.test.ts',
  'electron/services/console-killed-during-program.test.ts',
  'electron/ssh/ssh.test.ts',
  'electron/operations/console-killed.test.ts',
  'e2e/faults/kill-rounds.test.ts',
  'electron/services/large-deletion.test.ts',
  'electron/services/ssh-maintenance.test.ts',
  'electron/services/two-regions.test.ts',
  'electron/serve.test.ts',
  'renderer/features/coverage/coverage-tab.test.tsx',
  'renderer/features/clouds/cloud-dialogs.test.tsx',
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const place = (file: TestSpecification) => {
      const at = longest.findIndex((path) => file.moduleId.endsWith(`/${path}`));
      return at < 0 ? longest.length : at;
    };
    return sorted.toSorted((a, b) => place(a) - place(b));
  }
}

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
    // A process of its own for each file would load the same packages 250 times.
    isolate: false,
    globalSetup: ['electron/lib/testing/files-in-memory.ts'],
    setupFiles: ['electron/lib/testing/own-modules.ts'],
    sequence: { sequencer: LongestFirst },
    // Processes of the tests and the consoles that they start compile the same files.
    env: { NODE_COMPILE_CACHE: join(import.meta.dirname, 'node_modules/.cache/compiled-tests') },
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
          exclude: ['**/node_modules/**', ...measured],
        },
      },
      { extends: true, test: { name: 'measured', environment: 'node', isolate: true, include: measured } },
      {
        extends: true,
        plugins: [react()],
        test: {
          name: 'page',
          environment: 'jsdom',
          include: ['renderer/**/*.test.tsx'],
          setupFiles: ['renderer/testing/setup.ts'],
          // They only compute, and each process has to load and warm up React and Mantine first.
          maxWorkers: availableParallelism(),
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
