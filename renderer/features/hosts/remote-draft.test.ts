import { expect, it } from 'vitest';
import type { RemoteAccess } from '../../../electron/contract/remote.ts';
import {
  cloudRemoteOfDraft,
  draftOfRemote,
  emptyRemoteDraft,
  nameInAddress,
  problemsOfRemote,
  remoteOfDraft,
} from './remote-draft.ts';

const access: RemoteAccess = {
  destination: 'ops@glance-01',
  port: 2222,
  become: ['sudo', '-n', '-u', 'glance'],
  prefix: ['docker', 'exec', 'glance api'],
  configFiles: ['/etc/glance/glance-api.conf', '/etc/glance/my cache.conf'],
};

it('gives back what it was made of, words with blanks among it', () => {
  expect(remoteOfDraft(draftOfRemote(access))).toEqual(access);
  const { destination: _, ...ofCloud } = { ...access, user: null };
  expect(cloudRemoteOfDraft(draftOfRemote(ofCloud))).toEqual(ofCloud);
});

it('says what is wrong, field by field', () => {
  expect(problemsOfRemote({ ...emptyRemoteDraft, destination: 'glance-01' }, 'host')).toEqual({});
  expect(problemsOfRemote(emptyRemoteDraft, 'cloud')).toEqual({});
  const wrong = {
    destination: '-oProxyCommand=x',
    user: '',
    port: '70000',
    become: "sudo '",
    prefix: '-it exec',
    configFiles: 'glance.conf',
  };
  expect(Object.keys(problemsOfRemote(wrong, 'host')).sort()).toEqual([
    'become',
    'configFiles',
    'destination',
    'port',
    'prefix',
  ]);
});

it('takes the name from an address', () => {
  expect(nameInAddress('https://glance-01.example.net:9292/image')).toBe('glance-01.example.net');
  expect(nameInAddress('http://[fd00::1]:9292')).toBe('fd00::1');
  expect(nameInAddress('')).toBe('');
});
