import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { identity } from '../contract/clouds.ts';
import { jsonOf } from '../http/answer-words.ts';
import { recordedAnswer } from '../http/testing/recorded.ts';
import { parseToken } from './token.ts';

const at = Date.parse('2026-11-22T21:22:46Z');
const minute = 60_000;

describe('parseToken', () => {
  it('reads what Keystone answers', () => {
    const body = jsonOf(recordedAnswer(import.meta.url, 'keystone-password-201'));
    const token = parseToken(body, 'gAAAA', { at, date: undefined });
    expect(token).toMatchObject({
      value: 'gAAAA',
      identity: { user: 'admin', project: 'admin', roles: ['reader', 'member', 'admin'], expiresAt: at + 60 * minute },
      renewAt: at + 59 * minute,
    });
    expect(token?.endpoints).toHaveLength(6);
    expect(token?.endpoints[3]).toEqual({
      interface: 'public',
      regions: ['RegionTwo', 'RegionTwo'],
      url: 'http://127.0.0.1:19294',
    });
  });

  it('counts in the time of this machine when the clocks differ', () => {
    const body = { token: { user: { id: 'u' }, expires_at: '2026-11-22T22:00:00Z' } };
    const token = parseToken(body, 't', { at, date: 'Sun, 22 Nov 2026 21:00:00 GMT' });
    expect(token?.identity.expiresAt).toBe(at + 60 * minute);
  });

  it('renews a short token in time', () => {
    const body = { token: { user: { id: 'u' }, expires_at: '2026-11-22T21:23:46Z' } };
    expect(parseToken(body, 't', { at, date: undefined })?.renewAt).toBe(at + 48_000);
  });

  it('gives an identity of the contract, or nothing, for whatever comes', () => {
    const catalog = fc.array(fc.record({ type: fc.constant('image'), endpoints: fc.anything() }));
    const roles = fc.array(fc.oneof(fc.anything(), fc.record({ name: fc.string({ maxLength: 600 }) })));
    const token = fc.record(
      { user: fc.record({ name: fc.string() }), expires_at: fc.string(), catalog, roles },
      { requiredKeys: ['user'] },
    );
    fc.assert(
      fc.property(
        fc.oneof(fc.anything(), fc.record({ token })),
        fc.option(fc.string(), { nil: undefined }),
        (body, date) => {
          const parsed = parseToken(body, 't', { at, date });
          if (parsed) identity.parse(parsed.identity);
        },
      ),
    );
  });
});
