import { expect, test } from 'vitest';
import { PaceMeter } from './operation-state.ts';

function paceAt() {
  const clock = { now: 1_000_000 };
  return { clock, pace: new PaceMeter(() => clock.now) };
}

test('is unknown before anything was settled', () => {
  const { clock, pace } = paceAt();
  expect(pace.read(10)).toBeNull();
  clock.now += 5_000;
  expect(pace.read(10)).toBeNull();
  pace.add(1, 100);
  expect(pace.read(10)).not.toBeNull();
});

test('is the number settled per second, and gives the remaining time', () => {
  const { clock, pace } = paceAt();
  for (let second = 0; second < 10; second += 1) {
    clock.now += 1_000;
    for (let one = 0; one < 4; one += 1) pace.add(1, 50);
  }
  expect(pace.read(20)).toEqual({ targetsPerSecond: 4, bytesPerSecond: 200, remainingSeconds: 5 });
  expect(pace.read(0)?.remainingSeconds).toBe(0);
});

test('forgets what is older than half a minute, and then reports a standstill', () => {
  const { clock, pace } = paceAt();
  clock.now += 1_000;
  pace.add(600, 600);
  clock.now += 29_000;
  expect(pace.read(5)).toMatchObject({ targetsPerSecond: 20, remainingSeconds: 0.25 });
  clock.now += 2_000;
  expect(pace.read(5)).toEqual({ targetsPerSecond: 0, bytesPerSecond: 0, remainingSeconds: null });
});

test('is never negative, also when what was done is undone', () => {
  const { clock, pace } = paceAt();
  clock.now += 1_000;
  pace.add(0, -500);
  expect(pace.read(3)).toMatchObject({ bytesPerSecond: 0, targetsPerSecond: 0 });
});
