import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeText } from '../contract/text-encoding.ts';
import { failureOf } from '../http/testing/failing.ts';
import { resolveCloudsYaml } from '../keystone/clouds-yaml.ts';
import { testServices } from './testing/test-services.ts';

// Files of operators, each through the procedure that the page calls: testing/cases/ has those of reports from the field.

const cases = fileURLToPath(new URL('testing/cases/', import.meta.url));

/** A case as the page reads a file. */
function textOf(name: string): string {
  const decoded = decodeText(readFileSync(join(cases, name)));
  if ('problem' in decoded) throw new Error(decoded.problem);
  return decoded.text;
}

let console: Awaited<ReturnType<typeof testServices>>;
let cloudId: string;
beforeAll(async () => {
  console = await testServices();
  const login = { kind: 'none', address: 'https://k.example.net/image' } as const;
  ({ id: cloudId } = await console.client.clouds.add({
    name: 'one',
    source: { kind: 'typed', login, connection: {} },
  }));
});
afterAll(() => console[Symbol.asyncDispose]());

describe('a clouds.yaml', () => {
  const at = (name: string, env: NodeJS.ProcessEnv = {}) => ({ OS_CLIENT_CONFIG_FILE: join(cases, name), ...env });
  const where = { cwd: '/nowhere', home: '/nowhere' };
  const find = async (env: NodeJS.ProcessEnv) => {
    await using own = await testServices({ env });
    return await own.client.clouds.find({});
  };
  const resolve = (env: NodeJS.ProcessEnv, cloudName: string, regionName?: string) =>
    resolveCloudsYaml({ cloudName, ...(regionName ? { regionName } : {}) }, env, where);

  it('01: has each region, with an auth_url of its own', async () => {
    const env = at('01-regions-own-auth-url.yaml', { OS_CLOUD: 'corp', OS_REGION_NAME: 'south' });
    const { clouds, preselected } = await find(env);
    expect(clouds.map(({ name, authUrl, problem }) => [name, authUrl, problem])).toEqual([
      ['corp north', 'https://north.example.net:5000/v3', null],
      ['corp south', 'https://south.example.net:5000/v3', null],
    ]);
    expect(preselected).toBe('corp south');
    expect((await resolve(env, 'corp', 'south')).login).toMatchObject({ authUrl: 'https://south.example.net:5000/v3' });
  });

  it('02: preselects the region that OS_REGION_NAME names', async () => {
    const env = at('02-regions-list.yaml', { OS_CLOUD: 'multi', OS_REGION_NAME: 'central-2' });
    const { clouds, preselected } = await find(env);
    expect(clouds.map(({ regionName }) => regionName)).toEqual(['central-1', 'central-2']);
    expect(preselected).toBe('multi central-2');
    expect((await resolve(env, 'multi', 'central-2')).connection.regionName).toBe('central-2');
  });

  it('03: recognises an application credential by its fields', async () => {
    const env = at('03-appcred-without-auth-type.yaml');
    expect((await find(env)).clouds).toMatchObject([{ authType: 'v3applicationcredential', problem: null }]);
    expect(await resolve(env, 'dst')).toMatchObject({ login: { kind: 'applicationCredential' }, secret: 's3cret' });
  });

  it('04: reads project and domains from auth', async () => {
    expect((await resolve(at('04-project-at-root-and-in-auth.yaml'), 'both')).login).toMatchObject({
      projectName: 'in-auth',
      userDomain: 'AuthDomain',
      projectDomain: 'AuthDomain',
    });
  });

  it('06: is completed from the environment', async () => {
    const env = at('06-user-from-environment.yaml', { OS_CLOUD: 'one', OS_USERNAME: 'ops', OS_PASSWORD: 'pw' });
    expect((await find(env)).clouds[0]).toMatchObject({ user: 'ops', problem: null });
    expect(await resolve(env, 'one')).toMatchObject({ login: { username: 'ops' }, secret: 'pw' });
    expect((await find(at('06-user-from-environment.yaml'))).clouds[0]?.problem).toContain('OS_USERNAME');
  });

  it('07: in Latin-1 is rejected with the line', async () => {
    const { failure, clouds } = await find(at('07-latin1-password.yaml'));
    expect(clouds).toEqual([]);
    expect(failure?.message).toMatch(/07-latin1-password\.yaml cannot be used: in line 6, it is not UTF-8/);
  });

  it('08: in UTF-16 is read', async () => {
    const env = at('08-utf16-clouds.yaml');
    expect((await find(env)).clouds).toMatchObject([{ name: 'one', problem: null }]);
    expect((await resolve(env, 'one')).secret).toBe('pä$$w#rd');
  });

  it('09: names the profile that does not exist', async () => {
    const { clouds } = await find(at('09-vendor-profile.yaml'));
    expect(clouds.map(({ problem }) => problem)).toEqual([
      expect.stringContaining('Profile vexxhost'),
      expect.stringContaining('Profile ovh'),
    ]);
  });

  it.each<[string, string, RegExp, RegExp]>([
    [
      'encrypted with ansible-vault',
      '$ANSIBLE_VAULT;1.1;AES256\n3738\n',
      /encrypted with ansible-vault/,
      /ansible-vault view/,
    ],
    [
      'with a value in !vault',
      'clouds:\n  a:\n    auth:\n      password: !vault |\n        $ANSIBLE_VAULT;1.1;AES256\n        37\n',
      /line 4, a value is encrypted with ansible-vault/,
      /Correct/,
    ],
    [
      'encrypted with sops',
      'clouds:\n  a:\n    auth: {password: "ENC[AES256_GCM,data:x]"}\nsops:\n  mac: x\n',
      /encrypted with sops/,
      /sops --decrypt/,
    ],
    ['encrypted with GnuPG', '-----BEGIN PGP MESSAGE-----\n\nhQ\n', /GnuPG/, /gpg --decrypt/],
    [
      'that is an openrc',
      '#!/usr/bin/env bash\nexport OS_AUTH_URL=https://k\nexport OS_PASSWORD=x\n',
      /openrc/,
      /Load it in a shell/,
    ],
    ['that is an env file', 'OS_AUTH_URL=https://k\nOS_PASSWORD=x\n', /openrc/, /Load it in a shell/],
    [
      'that is a kubeconfig',
      'apiVersion: v1\nkind: Config\nclusters: []\n',
      /Kubernetes kubeconfig, not a clouds.yaml/,
      /Use the clouds.yaml/,
    ],
    ['that is an inventory', 'all:\n  hosts:\n    a:\n', /Ansible inventory, not/, /Find hosts/],
    ['that is an INI inventory', '# x\n[control]\nctl01\n', /Ansible inventory, not/, /Find hosts/],
    [
      'that is a globals.yml',
      'kolla_base_distro: rocky\nopenstack_release: "2024.1"\n',
      /globals.yml of kolla-ansible/,
      /Give|inventory/,
    ],
    ['that is a web page', '\n<!DOCTYPE html><html></html>', /web page/, /Download/],
    ['that is a golden set', 'golden_sets:\n  - name: x\n', /golden sets file, not/, /Golden sets/],
    ['without the key clouds', 'corp:\n  auth: {username: hunter2}\n', /does not start with clouds:/, /Correct/],
    ['that is a private key', '-----BEGIN OPENSSH PRIVATE KEY-----\nx\n', /private key/, /Use the clouds.yaml/],
  ])('%s is reported', async (_, text, message, remedy) => {
    const file = join(console.directory, 'other.yaml');
    await writeFile(file, text);
    const { failure, clouds } = await find({ OS_CLIENT_CONFIG_FILE: file });
    expect(clouds).toEqual([]);
    expect(failure?.message).toMatch(message);
    expect(failure?.remedy).toMatch(remedy);
    expect(JSON.stringify(failure)).not.toMatch(/hunter2|ENC\[|OS_PASSWORD=x/);
    expect((await failureOf(resolve({ OS_CLIENT_CONFIG_FILE: file }, 'a'))).code).toBe('invalidInput');
  });
});

describe('an inventory', () => {
  const read = async (text: string, fileName = '') => {
    const known = await console.client.discovery.groups({ text, fileName });
    const { format, groups, preselected, problems } = known;
    const names = preselected === null ? groups.map(({ name }) => name) : [preselected];
    const { candidates } = await console.client.discovery.find({
      cloudId,
      source: { kind: 'inventory', text, format, groups: names },
    });
    return { preselected, problems, candidates };
  };

  it('11: openstack_user_config.yml has its image_hosts, and a note that containers have other addresses', async () => {
    const { candidates, problems, preselected } = await read(
      textOf('11-openstack_user_config.yml'),
      'openstack_user_config.yml',
    );
    expect(preselected).toBe('image_hosts');
    expect(candidates.map(({ name, address }) => [name, address])).toEqual([
      ['infra1', 'http://172.29.236.11:9292'],
      ['infra2', 'http://172.29.236.12:9292'],
    ]);
    expect(problems).toMatchObject([{ line: 7, text: expect.stringMatching(/container.*openstack_inventory\.json/) }]);
  });

  it('12: encrypted with ansible-vault has the remedy to decrypt it, and no hosts', async () => {
    const { candidates, problems } = await read(textOf('12-vault-encrypted-inventory.ini'), 'hosts.ini');
    expect(candidates).toEqual([]);
    expect(problems).toMatchObject([
      { line: 1, text: expect.stringMatching(/encrypted with ansible-vault.*ansible-vault view/) },
    ]);
  });

  it('15: localhost is marked as this machine', async () => {
    const { candidates } = await read(textOf('15-all-in-one-localhost.ini'));
    expect(candidates).toMatchObject([{ name: 'localhost', marks: [{ kind: 'thisMachine', label: 'this machine' }] }]);
  });

  it.each([
    ['ansible_host=127.0.0.1', '[glance-api]\naio ansible_host=127.0.0.1\n', 'this machine'],
    ['ansible_host=::1', '[glance-api]\naio ansible_host=::1\n', 'this machine'],
    [
      'ansible_connection in the group',
      '[glance-api]\naio\n[glance-api:vars]\nansible_connection=local\n',
      'local to Ansible',
    ],
    [
      'ansible_connection in YAML',
      'glance_api:\n  vars: {ansible_connection: local}\n  hosts: {aio: {ansible_host: 10.0.0.1}}\n',
      'local to Ansible',
    ],
    ['another host', '[glance-api]\nctl01 ansible_host=10.0.0.1\n', undefined],
  ])('marks a host with %s', async (_, text, label) => {
    const { candidates } = await read(text);
    expect(candidates.map(({ marks }) => marks[0]?.label)).toEqual([label]);
  });

  it.each<[string, string, RegExp]>([
    [
      'a clouds.yaml',
      'clouds:\n  one:\n    auth: {username: hunter2}\n',
      /clouds\.yaml, not an inventory\. Add it as a cloud/,
    ],
    ['a clouds.yaml in JSON', '{"clouds": {"one": {"auth": {"username": "hunter2"}}}}', /clouds\.yaml, not/],
    ['an openrc', 'export OS_USERNAME=hunter2\n', /openrc file, not an inventory/],
    ['a kubeconfig', 'apiVersion: v1\nkind: Config\ncontexts: []\n', /kubeconfig/],
    [
      'a globals.yml',
      '---\n# comment\nkolla_internal_vip_address: "hunter2"\n',
      /globals\.yml of kolla-ansible.*multinode/,
    ],
    ['a passwords.yml', 'keystone_admin_password: hunter2\n', /passwords\.yml of kolla-ansible/],
    ['a file of variables', 'glance_api_port: 9292\nsecret: hunter2\n', /not an inventory: it has no hosts/],
    ['a playbook', '- hosts: all\n  tasks: [{debug: {msg: hunter2}}]\n', /playbook/],
    ['a plugin', 'plugin: openstack.cloud.openstack\nclouds_yaml_path: [hunter2]\n', /inventory plugin.*--list/],
    ['a script', '#!/usr/bin/env python3\nprint("hunter2")\n', /script.*--list/],
    ['a graph', '@all:\n  |--@ungrouped:\n', /--graph.*--list/],
    ['an ansible.cfg', '[defaults]\ninventory = hosts\nforks = 5\n', /ansible\.cfg/],
    [
      'a glance-api.conf',
      '[DEFAULT]\nbind_port = 9292\n[database]\nconnection = hunter2\n',
      /OpenStack service configuration file/,
    ],
    ['nothing', '\n# x\n', /only comments/],
    ['golden sets', 'golden_sets:\n  - name: x\n', /golden sets file, not an inventory/],
    ['a web page', '<html><body>Log in</body></html>', /web page/],
    ['sops', 'all: {hosts: {a: {x: "ENC[AES256_GCM,data]"}}}\nsops: {mac: x}\n', /encrypted with sops/],
    [
      'an openstack_user_config.yml without image_hosts',
      'used_ips: ["172.29.236.1"]\ncidr_networks: {a: b}\n',
      /openstack_user_config\.yml.*openstack_inventory\.json/,
    ],
  ])('is recognised as %s, and has no hosts', async (_, text, words) => {
    const { candidates, problems } = await read(text);
    expect(candidates).toEqual([]);
    expect(problems).toHaveLength(1);
    expect(problems[0]?.text).toMatch(words);
    expect(JSON.stringify(problems)).not.toContain('hunter2');
  });

  it.each([
    ['clouds', 'clouds:\n  hosts:\n    cloud: {ansible_host: 10.0.0.1}\n'],
    ['image_hosts', 'image_hosts:\n  hosts:\n    a: {ip: 10.0.0.1}\n'],
    ['used_ips', 'used_ips: {hosts: {a: {}}}\n'],
    ['apiVersion', 'apiVersion: {hosts: {a: {}}}\n'],
    ['clouds in INI', '[clouds]\na\n[clouds:vars]\nOS_AUTH_URL=https://k\n'],
    ['DEFAULT', '[DEFAULT]\na\n'],
  ])('with a group called %s is parsed', async (_, text) => {
    const { candidates, problems } = await read(text);
    expect([candidates.length, problems]).toEqual([1, []]);
  });

  it('accepts values that ansible-inventory --list marks, and uses the name if the address is encrypted', async () => {
    const hostvars = {
      a: {
        ansible_host: { __ansible_unsafe: '10.0.0.1' },
        glance_api_port: { __ansible_vault: '$ANSIBLE_VAULT;1.1;AES256\n37\n' },
      },
      b: { ansible_host: { __ansible_vault: '$ANSIBLE_VAULT;1.1;AES256\n37\n' } },
    };
    const text = JSON.stringify({
      _meta: { hostvars, profile: 'inventory_legacy' },
      all: { children: ['ungrouped', 'glance-api'] },
      'glance-api': { hosts: ['a', 'b'] },
    });
    const { candidates, problems } = await read(text);
    expect(problems).toEqual([]);
    expect(candidates.map(({ address }) => address)).toEqual(['http://10.0.0.1:9292', 'http://b:9292']);
    const found = await console.client.discovery.find({
      cloudId,
      source: {
        kind: 'inventory',
        text: 'glance_api:\n  hosts:\n    a:\n      ansible_host: !vault |\n        $ANSIBLE_VAULT;1.1;AES256\n        3738\n',
        format: 'yaml',
        groups: ['glance_api'],
      },
    });
    expect(found.problems.map(({ text }) => text)).toEqual([
      'The ansible_host of “a” is encrypted with ansible-vault; the host name is used instead.',
    ]);
  });
});

it('21: pasted hosts: a line of /etc/hosts, a network, a name in quotes', async () => {
  const { candidates, problems } = await console.client.discovery.find({
    cloudId,
    source: { kind: 'paste', text: textOf('21-paste.txt') },
  });
  expect(candidates.map(({ name, address }) => [name, address])).toEqual([
    ['ctl01', 'http://10.0.0.11:9292'],
    ['ctl08', 'http://ctl08:9292'],
  ]);
  expect(problems).toMatchObject([{ line: 2, text: expect.stringContaining('is a network') }]);
});
