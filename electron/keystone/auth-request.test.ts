import { describe, expect, it } from 'vitest';
import type { Login } from '../contract/clouds.ts';
import { authRequest } from './auth-request.ts';

const authUrl = 'http://keystone:5000';
const password = (more: object) =>
  ({ kind: 'password', authUrl, username: 'admin', ...more }) as Login & { kind: 'password' };
const userOf = (body: object) =>
  (body as { auth: { identity: { password: { user: unknown } } } }).auth.identity.password.user;

describe('authRequest', () => {
  it('asks as Keystone documents, domains by id or name', () => {
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
  ])('takes the domain of %j as %j', (words, domain) => {
    expect(userOf(authRequest(password(words), 'pw'))).toEqual({ name: 'admin', domain, password: 'pw' });
  });

  it('prefers ids, and asks for no scope where no project is named', () => {
    expect(userOf(authRequest(password({ userId: 'u1' }), 'pw'))).toEqual({ id: 'u1', password: 'pw' });
    expect(authRequest(password({ projectId: 'p1', projectName: 'x' }), 'pw')).toMatchObject({
      auth: { scope: { project: { id: 'p1' } } },
    });
    expect(authRequest(password({}), 'pw')).not.toHaveProperty('auth.scope');
  });

  it('never asks for a scope with an application credential', () => {
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
