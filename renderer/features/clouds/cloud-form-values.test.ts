import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addCloud, type Cloud, cloudSource } from '../../../electron/contract/clouds.ts';
import {
  type CloudValues,
  canReuseSecret,
  cloudErrors,
  cloudNameOf,
  cloudSourceOf,
  cloudValues,
  emptyCloud,
  storedSecretOf,
} from './cloud-form-values.ts';

const unguarded = { readOnly: false, production: false, remote: null };

const good: CloudValues = {
  ...emptyCloud,
  authUrl: 'https://keystone.example.net:5000/v3',
  username: 'admin',
  projectName: 'admin',
  secret: 'a secret',
};

test('an empty password login names every required field', () => {
  expect(Object.keys(cloudErrors(emptyCloud, false)).sort()).toEqual(['authUrl', 'projectName', 'secret', 'username']);
});

test('a stored secret need not be typed again', () => {
  const { secret: _, ...rest } = good;
  expect(cloudErrors({ ...rest, secret: '' }, true)).toEqual({});
  expect(cloudErrors({ ...rest, secret: '' }, false)).toEqual({ secret: 'Enter the password.' });
});

test('without a login nothing is required', () => {
  expect(cloudErrors({ ...emptyCloud, kind: 'none' }, false)).toEqual({});
});

test('an application credential by name requires its user, by id only the id', () => {
  const draft: CloudValues = { ...good, kind: 'applicationCredential', username: '', projectName: '' };
  expect(Object.keys(cloudErrors(draft, false))).toEqual(['credentialId']);
  expect(Object.keys(cloudErrors({ ...draft, credentialBy: 'name' }, false))).toEqual(['credentialName', 'username']);
});

test.each([
  ['keystone:5000', 'Start with'],
  ['ftp://keystone', 'Start with'],
  ['https://', 'not a URL'],
  ['https://admin:secret@keystone:5000', 'Leave user and password out'],
])('rejects the authentication URL %s', (authUrl, words) => {
  expect(cloudErrors({ ...good, authUrl }, false).authUrl).toContain(words);
});

test('a client certificate without its key, or the reverse, is rejected at the missing field', () => {
  expect(cloudErrors({ ...good, cert: '/etc/ssl/client.pem' }, false)).toHaveProperty('key');
  expect(cloudErrors({ ...good, key: '/etc/ssl/client.key' }, false)).toHaveProperty('cert');
});

test('a project that looks like an id is sent as an id, without a domain', () => {
  const id = '0123456789abcdef0123456789abcdef';
  const source = cloudSourceOf({ ...good, projectName: id });
  expect(source).toMatchObject({ login: { projectId: id } });
  expect(source).not.toHaveProperty('login.projectDomain');
  expect(source).not.toHaveProperty('login.projectName');
});

test('a source never contains the secret', () => {
  expect(JSON.stringify(cloudSourceOf(good))).not.toContain('a secret');
});

test('a cloud without a name gets the hostname of its Keystone', () => {
  expect(cloudNameOf(good)).toBe('keystone.example.net');
  expect(cloudNameOf({ ...good, name: ' production ' })).toBe('production');
  expect(cloudNameOf({ ...good, kind: 'none' })).toBe('No login');
});

test('a stored secret is reused only for the same server and kind of login', () => {
  const source = cloudSource.parse(cloudSourceOf(good));
  const kept = storedSecretOf({
    id: 'c',
    name: 'n',
    source,
    secret: 'memory',
    identity: null,
    failure: null,
    ...unguarded,
  });
  expect(canReuseSecret(good, kept)).toBe(true);
  expect(canReuseSecret({ ...good, authUrl: 'https://keystone.example.net:5000/v3/' }, kept)).toBe(true);
  expect(canReuseSecret({ ...good, authUrl: 'https://elsewhere.example.net:5000/v3' }, kept)).toBe(false);
  expect(canReuseSecret({ ...good, kind: 'token' }, kept)).toBe(false);
  expect(canReuseSecret(good, storedSecretOf(undefined))).toBe(false);
});

const text = fc.string({ maxLength: 40 });
const drafts: fc.Arbitrary<CloudValues> = fc.record({
  name: text,
  kind: fc.constantFrom('password', 'applicationCredential', 'token', 'none'),
  authUrl: fc.oneof(text, fc.webUrl()),
  username: text,
  userDomain: text,
  projectName: text,
  projectDomain: text,
  credentialBy: fc.constantFrom('id', 'name'),
  credentialId: text,
  credentialName: text,
  secret: text,
  regionName: text,
  interface: fc.constantFrom('public', 'internal', 'admin'),
  cacert: text,
  cert: text,
  key: text,
  verify: fc.boolean(),
});

test('the contract accepts a draft without problems', () => {
  fc.assert(
    fc.property(drafts, (draft) => {
      if (Object.keys(cloudErrors(draft, false)).length > 0) return;
      const source = cloudSourceOf(draft);
      expect(addCloud.safeParse({ name: cloudNameOf(draft) || 'x', source }).error).toBeUndefined();
    }),
    { numRuns: 1_000 },
  );
});

test('editing a cloud and changing nothing leaves its source as it was', () => {
  fc.assert(
    fc.property(drafts, (draft) => {
      if (Object.keys(cloudErrors(draft, false)).length > 0) return;
      const source = cloudSource.parse(cloudSourceOf(draft));
      const cloud: Cloud = {
        id: 'c',
        name: 'n',
        source,
        secret: 'memory',
        identity: null,
        failure: null,
        ...unguarded,
      };
      expect(cloudSource.parse(cloudSourceOf(cloudValues(cloud)))).toEqual(source);
    }),
    { numRuns: 1_000 },
  );
});
