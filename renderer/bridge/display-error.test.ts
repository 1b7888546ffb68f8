import { ORPCError } from '@orpc/client';
import { describe, expect, test } from 'vitest';
import { toDisplayError, wasCancelled } from './display-error.ts';
import { disconnectedError } from './links.ts';

describe('a failed call', () => {
  test('shows an expected failure as it is', () => {
    const data = { code: 'tls', message: 'No trust', remedy: 'Add the CA', status: 502 } as const;
    expect(toDisplayError(new ORPCError('tls', { data }))).toEqual(data);
    expect(toDisplayError(disconnectedError('Gone', 'Start it'))).toEqual({
      code: 'interrupted',
      message: 'Gone',
      remedy: 'Start it',
    });
  });

  test('shows a fault by its reference', () => {
    const shown = toDisplayError(new ORPCError('fault', { data: { reference: 'abcd1234' } }));
    expect(shown).toMatchObject({ code: 'fault', reference: 'abcd1234' });
    expect(shown.remedy).toContain('abcd1234');
  });

  test('says which part of the input is invalid', () => {
    const issues = [{ path: ['limitBytes'], message: 'Too small' }, { message: 'Wrong' }];
    expect(toDisplayError(new ORPCError('BAD_REQUEST', { data: { issues } }))).toMatchObject({
      code: 'invalidInput',
      message: 'limitBytes: Too small; Wrong',
    });
  });

  test.each([undefined, 'text', new Error(''), new Error('boom'), new ORPCError('NOT_FOUND'), { data: 1 }])(
    '%s has a text',
    (error) => {
      const { message, remedy } = toDisplayError(error);
      expect(message).not.toBe('');
      expect(remedy).not.toBe('');
    },
  );

  test('is recognised as cancelled if the page itself cancelled it', () => {
    expect(wasCancelled(new DOMException('gone', 'AbortError'))).toBe(true);
    expect(wasCancelled(disconnectedError('Gone', 'Start it'))).toBe(false);
  });
});
