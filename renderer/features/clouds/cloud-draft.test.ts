import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addCloud, type Cloud, cloudSource } from '../../../electron/contract/clouds.ts';
import {
  type CloudDraft,
  draftOfCloud,
  emptyCloudDraft,
  keptSecretOf,
  nameOfDraft,
  problemsOfDraft,
  secretStays,
  sourceOfDraft,
} from './cloud-draft.ts';

const unguarded = { readOnly: false, production: false, remote: null };

const good: CloudDraft = {
  ...emptyCloudDraft,
  authUrl: 'https://keystone.example.net:5000/v3',
  username: 'admin',
  projectName: 'admin',
  secret: 'a secret',
};

test('an empty password login names every field that it wants', () => {
  expect(Object.keys(problemsOfDraft(emptyCloudDraft, false)).sort()).toEqual([
    'authUrl',
    'projectName',
    'secret',
    'username',
  ]);
});

test('a kept secret may stay unsaid', () => {
  const { secret: _, ...rest } = good;
  expect(problemsOfDraft({ ...rest, secret: '' }, true)).toEqual({});
  expect(problemsOfDraft({ ...rest, secret: '' }, false)).toEqual({ secret: 'Give the password.' });
});

test('no login wants nothing', () => {
  expect(problemsOfDraft({ ...emptyCloudDraft, kind: 'none' }, false)).toEqual({});
});

test('an application credential by name wants its user, by id only the id', () => {
  const draft: CloudDraft = { ...good, kind: 'applicationCredential', username: '', projectName: '' };
  expect(Object.keys(problemsOfDraft(draft, false))).toEqual(['credentialId']);
  expect(Object.keys(problemsOfDraft({ ...draft, credentialBy: 'name' }, false))).toEqual([
    'credentialName',
    'username',
  ]);
});

test.each([
  ['keystone:5000', 'Begin with'],
  ['ftp://keystone', 'Begin with'],
  ['https://', 'not a URL'],
  ['https://admin:secret@keystone:5000', 'Leave user and password out'],
])('the authentication URL %s is refused', (authUrl, words) => {
  expect(problemsOfDraft({ ...good, authUrl }, false).authUrl).toContain(words);
});

test('half a client certificate is refused at the other half', () => {
  expect(problemsOfDraft({ ...good, cert: '/etc/ssl/client.pem' }, false)).toHaveProperty('key');
  expect(problemsOfDraft({ ...good, key: '/etc/ssl/client.key' }, false)).toHaveProperty('cert');
});

test('a project that looks like an id is sent as one, without a domain', () => {
  const id = '0123456789abcdef0123456789abcdef';
  const source = sourceOfDraft({ ...good, projectName: id });
  expect(source).toMatchObject({ login: { projectId: id } });
  expect(source).not.toHaveProperty('login.projectDomain');
  expect(source).not.toHaveProperty('login.projectName');
});

test('a source never holds the secret', () => {
  expect(JSON.stringify(sourceOfDraft(good))).not.toContain('a secret');
});

test('a cloud without a name is called after its Keystone', () => {
  expect(nameOfDraft(good)).toBe('keystone.example.net');
  expect(nameOfDraft({ ...good, name: ' production ' })).toBe('production');
  expect(nameOfDraft({ ...good, kind: 'none' })).toBe('No login');
});

test('a kept secret is good for the same server and kind only', () => {
  const source = cloudSource.parse(sourceOfDraft(good));
  const kept = keptSecretOf({
    id: 'c',
    name: 'n',
    source,
    secret: 'memory',
    identity: null,
    failure: null,
    ...unguarded,
  });
  expect(secretStays(good, kept)).toBe(true);
  expect(secretStays({ ...good, authUrl: 'https://keystone.example.net:5000/v3/' }, kept)).toBe(true);
  expect(secretStays({ ...good, authUrl: 'https://elsewhere.example.net:5000/v3' }, kept)).toBe(false);
  expect(secretStays({ ...good, kind: 'token' }, kept)).toBe(false);
  expect(secretStays(good, keptSecretOf(undefined))).toBe(false);
});

const text = fc.string({ maxLength: 40 });
const drafts: fc.Arbitrary<CloudDraft> = fc.record({
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

test('a draft without problems is what the contract takes', () => {
  fc.assert(
    fc.property(drafts, (draft) => {
      if (Object.keys(problemsOfDraft(draft, false)).length > 0) return;
      const source = sourceOfDraft(draft);
      expect(addCloud.safeParse({ name: nameOfDraft(draft) || 'x', source }).error).toBeUndefined();
    }),
    { numRuns: 1_000 },
  );
});

test('editing a cloud and changing nothing leaves its source as it was', () => {
  fc.assert(
    fc.property(drafts, (draft) => {
      if (Object.keys(problemsOfDraft(draft, false)).length > 0) return;
      const source = cloudSource.parse(sourceOfDraft(draft));
      const cloud: Cloud = {
        id: 'c',
        name: 'n',
        source,
        secret: 'memory',
        identity: null,
        failure: null,
        ...unguarded,
      };
      expect(cloudSource.parse(sourceOfDraft(draftOfCloud(cloud)))).toEqual(source);
    }),
    { numRuns: 1_000 },
  );
});
