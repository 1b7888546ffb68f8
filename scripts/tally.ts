import { readFileSync } from 'node:fs';
import { z } from 'zod';

// node scripts/tally.ts REPORT...: sums the JSON reports of vitest and Playwright, and prints the sum as the last line.

/** The number of tests by outcome. */
export type Tally = { passed: number; failed: number; skipped: number };

const vitestReport = z.object({
  numPassedTests: z.int(),
  numFailedTests: z.int(),
  numPendingTests: z.int(),
  numTodoTests: z.int().default(0),
  numFailedTestSuites: z.int().default(0),
  success: z.boolean(),
});
const playwrightReport = z.object({
  stats: z.object({ expected: z.int(), unexpected: z.int(), flaky: z.int(), skipped: z.int() }),
  errors: z.array(z.unknown()).default([]),
});

/**
 * Counts one report of either runner. A run that failed without a failed test (it did not even start) counts as one
 * failure.
 */
export function countReport(text: string): Tally {
  const report = z.union([vitestReport, playwrightReport]).parse(JSON.parse(text));
  if ('stats' in report) {
    const { expected, unexpected, flaky, skipped } = report.stats;
    const failed = unexpected > 0 ? unexpected : Math.min(1, report.errors.length);
    return { passed: expected + flaky, failed, skipped };
  }
  const failed = report.numFailedTests > 0 ? report.numFailedTests : report.success ? 0 : 1;
  return { passed: report.numPassedTests, failed, skipped: report.numPendingTests + report.numTodoTests };
}

/** The sum in a form that people and machines can read. */
export function sumLine(tallies: readonly Tally[]): string {
  const sum = (kind: keyof Tally) => tallies.reduce((total, tally) => total + tally[kind], 0);
  return `${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped`;
}

if (import.meta.main) {
  const tallies = process.argv.slice(2).map((file) => {
    try {
      return countReport(readFileSync(file, 'utf8'));
    } catch (error) {
      console.error(`No test report in ${file}: ${error instanceof Error ? error.message : error}`);
      return { passed: 0, failed: 1, skipped: 0 };
    }
  });
  console.log(sumLine(tallies));
  if (tallies.some(({ failed }) => failed > 0)) process.exitCode = 1;
}
