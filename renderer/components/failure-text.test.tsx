import { expect, it } from 'vitest';
import { failureLine } from './failure-text.tsx';

it('starts with the kind of failure, once', () => {
  const failure = { code: 'unreachable' as const, remedy: '' };
  expect(failureLine({ ...failure, message: 'http://a:9292: connection refused.' })).toBe(
    'Unreachable: http://a:9292: connection refused',
  );
  expect(failureLine({ ...failure, message: 'Unreachable: a' })).toBe('Unreachable: a');
});
