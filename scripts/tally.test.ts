import { expect, test } from 'vitest';
import { countReport, sumLine } from './tally.ts';

const vitest = { numPassedTests: 7, numFailedTests: 0, numPendingTests: 1, numTodoTests: 1, success: true };
const playwright = { stats: { expected: 5, unexpected: 0, flaky: 1, skipped: 2 }, errors: [] };

test('sums the reports of both runners', () => {
  const tallies = [vitest, playwright].map((report) => countReport(JSON.stringify(report)));
  expect(sumLine(tallies)).toBe('13 passed, 0 failed, 4 skipped');
});

test('a run that failed before its first test counts as failed', () => {
  expect(countReport(JSON.stringify({ ...vitest, success: false })).failed).toBe(1);
  expect(countReport(JSON.stringify({ ...playwright, errors: [{ message: 'no config' }] })).failed).toBe(1);
});

test('rejects anything that is not a report', () => {
  expect(() => countReport('{}')).toThrow();
});
