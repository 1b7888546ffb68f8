import { pino } from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { RefusalLog } from './refusal-log.ts';

let lines: string[];
let log: RefusalLog;
beforeEach(() => {
  vi.useFakeTimers();
  lines = [];
  log = new RefusalLog(pino({}, { write: (line: string) => void lines.push(line) }));
});
afterEach(() => {
  log.close();
  vi.useRealTimers();
});

const refuse = () =>
  log.add({ code: 'UNAUTHORIZED', method: 'GET', path: `/${'é'.repeat(16_000)}`, reason: 'No session' });
const minute = () => vi.advanceTimersByTimeAsync(60_000);

test('a flood leaves ten lines, then one line a minute with the number of the others', async () => {
  for (let request = 0; request < 5_000; request += 1) refuse();
  expect(lines).toHaveLength(10);
  await minute();
  expect(lines).toHaveLength(11);
  expect(JSON.parse(lines[10] ?? '')).toMatchObject({
    requests: 4_990,
    msg: '4990 more requests like these were refused',
  });
  for (let request = 0; request < 5_000; request += 1) refuse();
  await minute();
  expect(lines).toHaveLength(12);
});

test('a day of requests at any rate uses less than a tenth of what the log keeps', async () => {
  for (let hour = 0; hour < 24; hour += 1) {
    for (let time = 0; time < 60; time += 1) {
      for (let request = 0; request < 12; request += 1) refuse();
      await minute();
    }
  }
  expect(lines.join('').length).toBeLessThan(512 * 1024);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(500);
});

test('after a quiet period every request is logged again, and the number of the others is logged at the end', async () => {
  for (let request = 0; request < 12; request += 1) refuse();
  for (let time = 0; time < 12; time += 1) await minute();
  expect(lines).toHaveLength(11);
  expect(vi.getTimerCount()).toBe(0);
  for (let request = 0; request < 12; request += 1) refuse();
  expect(lines).toHaveLength(21);
  log.close();
  expect(lines.at(-1)).toContain('2 more requests');
});
