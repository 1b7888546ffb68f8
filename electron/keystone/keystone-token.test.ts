import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { identity, type Login } from '../contract/clouds.ts';
import { jsonOf } from '../http/http-answer.ts';
import { recordedAnswer } from '../http/testing/recorded.ts';
import { authRequest, tokenOf, tokenReader } from './keystone-token.ts';

function parseToken(body: unknown, value: string, received: Parameters<typeof tokenOf>[2]) {
  const facts = tokenReader.read(body);
  return facts && tokenOf(facts, value, received);
}

const authUrl = 'http://keystone:5000';
const password = (more: object) =>
  ({ kind: 'password', authUrl, username: 'admin', ...more }) as Login & { kind: 'password' };
const userOf = (body: object) =>
  (body as { auth: { identity: { password: { user: unknown } } } }).auth.identity.password.user;

describe('authRequest', () => {
  it('has the documented form, with domains by id or name', () => {
    const body = authRequest(password({ userDomain: 'Corp', projectName: 'ops', projectDomainId: 'abc' }), 'pw');
    expect(body).toEqual({
      auth: {
        identity: {
          methods: ['password'],
          password: { user: { name: 'admin', domain: { name: 'Corp' }, password: 'pw' } },
        },
        scope: { project: { name: 'ops', domain: { id: 'abc' } } },
      },
    });
  });

  it.each([
    [{}, { id: 'default' }],
    [{ userDomain: 'default' }, { id: 'default' }],
    [{ userDomain: 'Default' }, { name: 'Default' }],
    [{ userDomain: '1cfcf89f9ce84e43a3eefde105df651d' }, { id: '1cfcf89f9ce84e43a3eefde105df651d' }],
    [{ userDomain: 'Corp', userDomainId: 'c0' }, { id: 'c0' }],
  ])('reads the domain %j as %j', (words, domain) => {
    expect(userOf(authRequest(password(words), 'pw'))).toEqual({ name: 'admin', domain, password: 'pw' });
  });

  it('prefers ids, and requests no scope if no project is named', () => {
    expect(userOf(authRequest(password({ userId: 'u1' }), 'pw'))).toEqual({ id: 'u1', password: 'pw' });
    expect(authRequest(password({ projectId: 'p1', projectName: 'x' }), 'pw')).toMatchObject({
      auth: { scope: { project: { id: 'p1' } } },
    });
    expect(authRequest(password({}), 'pw')).not.toHaveProperty('auth.scope');
  });

  it('never requests a scope with an application credential', () => {
    const byName = { kind: 'applicationCredential', authUrl, credentialName: 'n', username: 'u' } as const;
    expect(authRequest(byName, 's')).toEqual({
      auth: {
        identity: {
          methods: ['application_credential'],
          application_credential: { name: 'n', secret: 's', user: { name: 'u', domain: { id: 'default' } } },
        },
      },
    });
    expect(authRequest({ kind: 'applicationCredential', authUrl, credentialId: 'c' }, 's')).toMatchObject({
      auth: { identity: { application_credential: { id: 'c', secret: 's' } } },
    });
  });

  it('rescopes a token', () => {
    expect(authRequest({ kind: 'token', authUrl, projectId: 'p' }, 't')).toEqual({
      auth: { identity: { methods: ['token'], token: { id: 't' } }, scope: { project: { id: 'p' } } },
    });
  });
});

const at = Date.parse('2026-11-22T21:22:46Z');
const minute = 60_000;

describe('parseToken', () => {
  it('reads the answer of Keystone', () => {
    const body = jsonOf(recordedAnswer(import.meta.url, 'keystone-password-201'));
    const token = parseToken(body, 'gAAAA', { from: 'http://keystone/v3', at, date: undefined });
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

  it('converts the expiry to the time of this machine if the clocks differ', () => {
    const body = { token: { user: { id: 'u' }, expires_at: '2026-11-22T22:00:00Z' } };
    const token = parseToken(body, 't', { from: 'http://keystone/v3', at, date: 'Sun, 22 Nov 2026 21:00:00 GMT' });
    expect(token?.identity.expiresAt).toBe(at + 60 * minute);
  });

  it('renews a short-lived token in time', () => {
    const body = { token: { user: { id: 'u' }, expires_at: '2026-11-22T21:23:46Z' } };
    expect(parseToken(body, 't', { from: 'http://keystone/v3', at, date: undefined })?.renewAt).toBe(at + 48_000);
  });

  it('returns an identity of the contract or nothing, for any answer', () => {
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
          const parsed = parseToken(body, 't', { from: 'http://keystone/v3', at, date });
          if (parsed) identity.parse(parsed.identity);
        },
      ),
    );
  });
});
