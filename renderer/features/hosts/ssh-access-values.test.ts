import { expect, it } from 'vitest';
import type { RemoteAccess } from '../../../electron/contract/remote.ts';
import { cloudSshAccess, emptySsh, hostnameOf, sshAccess, sshErrors, sshValues } from './ssh-access-values.ts';

const access: RemoteAccess = {
  destination: 'ops@glance-01',
  port: 2222,
  become: ['sudo', '-n', '-u', 'glance'],
  prefix: ['docker', 'exec', 'glance api'],
  configFiles: ['/etc/glance/glance-api.conf', '/etc/glance/my cache.conf'],
};

it('survives formatting and parsing, including words with spaces', () => {
  expect(sshAccess(sshValues(access))).toEqual(access);
  const { destination: _, ...ofCloud } = { ...access, user: null };
  expect(cloudSshAccess(sshValues(ofCloud))).toEqual(ofCloud);
});

it('reports problems by field', () => {
  expect(sshErrors({ ...emptySsh, destination: 'glance-01' }, 'host')).toEqual({});
  expect(sshErrors(emptySsh, 'cloud')).toEqual({});
  const wrong = {
    destination: '-oProxyCommand=x',
    user: '',
    port: '70000',
    become: "sudo '",
    prefix: '-it exec',
    configFiles: 'glance.conf',
  };
  expect(Object.keys(sshErrors(wrong, 'host')).sort()).toEqual([
    'become',
    'configFiles',
    'destination',
    'port',
    'prefix',
  ]);
});

it('derives the name from an address', () => {
  expect(hostnameOf('https://glance-01.example.net:9292/image')).toBe('glance-01.example.net');
  expect(hostnameOf('http://[fd00::1]:9292')).toBe('fd00::1');
  expect(hostnameOf('')).toBe('');
});
