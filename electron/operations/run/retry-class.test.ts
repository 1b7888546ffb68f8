import fc from 'fast-check';
import { expect, test } from 'vitest';
import { failureOf } from '../../fleet/testing/host-fixtures.ts';
import { withLimits } from '../model/operation-limits.ts';
import { backOff, retryClassOf } from './send-target.ts';

test.each([
  [failureOf('unreachable'), 'lost'],
  [failureOf('unreachable', { notSent: true }), 'notSent'],
  [failureOf('timeout'), 'lost'],
  [failureOf('hostError', { status: 429 }), 'busy'],
  [failureOf('hostError', { status: 503 }), 'busy'],
  [failureOf('hostError', { status: 502 }), 'lost'],
  [failureOf('hostError', { status: 504 }), 'lost'],
  [failureOf('hostError', { status: 500 }), 'final'],
  [failureOf('forbidden', { status: 403 }), 'final'],
  [failureOf('badResponse', { notSent: true }), 'final'],
  [failureOf('tls', { notSent: true }), 'hostDown'],
  [failureOf('unauthenticated', { status: 401 }), 'hostDown'],
  [failureOf('interrupted'), 'stopped'],
])('%o is retried as %s', (failure, retryClass) => {
  expect(retryClassOf(failure)).toBe(retryClass);
});

test('the back-off is random below a limit that doubles, and respects Retry-After', () => {
  const limits = withLimits({ firstBackOff: 500, maxBackOff: 15_000 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 50 }), fc.double({ min: 0, max: 0.999, noNaN: true }), (tries, random) => {
      const wait = backOff(failureOf('unreachable'), tries, limits, () => random);
      expect(wait).toBeGreaterThanOrEqual(0);
      expect(wait).toBeLessThanOrEqual(Math.min(15_000, 500 * 2 ** (tries - 1)));
    }),
  );
  const asked = (seconds: number) =>
    backOff(failureOf('hostError', { status: 503, retryAfterSeconds: seconds }), 1, limits, () => 0.5);
  expect(asked(20)).toBe(20_250);
  expect(asked(3_600)).toBeUndefined();
});
