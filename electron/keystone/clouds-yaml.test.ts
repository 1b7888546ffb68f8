import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { foundClouds } from '../contract/clouds.ts';
import { failureOf } from '../http/testing/failing.ts';
import { findClouds, resolveCloudsYaml } from './clouds-yaml.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'glance-cache-console-clouds-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(path: string, text: string): string {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

/** Home, working directory and the machine's folder are all below the temporary one. */
const where = () => ({ cwd: join(root, 'cwd'), home: join(root, 'home'), platform: 'linux' as const });
const own = () => ({ XDG_CONFIG_DIRS: join(root, 'etc') });
const find = async (env: NodeJS.ProcessEnv = {}) => foundClouds.parse(await findClouds({ ...own(), ...env }, where()));
const resolve = (name: string, env: NodeJS.ProcessEnv = {}, regionName?: string) =>
  resolveCloudsYaml({ cloudName: name, ...(regionName ? { regionName } : {}) }, { ...own(), ...env }, where());

const prod = `
clouds:
  prod:
    auth:
      auth_url: https://keystone.example:5000/v3
      username: alice
      password: "hunter2"
      project_name: ops
      user_domain_name: Corp
      project_domain_id: 1f2e
    region_name: RegionTwo
    interface: internal
    cacert: ~/ca.pem
`;

describe('the search for clouds.yaml', () => {
  it('looks in the working directory, the home directory and the machine, in this order; the first one counts', async () => {
    expect((await find()).file).toBeNull();
    const etc = write('etc/openstack/clouds.yaml', prod);
    expect((await find()).file).toBe(etc);
    const home = write('home/.config/openstack/clouds.yml', prod);
    expect((await find()).file).toBe(home);
    const cwd = write('cwd/clouds.json', '{"clouds": {"other": {}}}');
    expect(await find()).toMatchObject({ file: cwd, clouds: [{ name: 'other' }] });
  });

  it('prefers the file that OS_CLIENT_CONFIG_FILE names, if it exists', async () => {
    const home = write('home/.config/openstack/clouds.yaml', prod);
    const named = write('elsewhere.yaml', 'clouds: {named: {}}');
    expect(await find({ OS_CLIENT_CONFIG_FILE: named })).toMatchObject({ file: named, clouds: [{ name: 'named' }] });
    const gone = await find({ OS_CLIENT_CONFIG_FILE: join(root, 'gone.yaml') });
    expect(gone.file).toBe(home);
    expect(gone.looked[0]).toBe(join(root, 'gone.yaml'));
    expect(gone.looked).toContain('/etc/openstack/clouds.yaml');
  });

  it('knows the folders of other systems', async () => {
    const looked = async (platform: NodeJS.Platform) => (await findClouds({}, { ...where(), platform })).looked.join();
    expect(await looked('darwin')).toContain('Library/Application Support/openstack/clouds.yaml');
    expect(await looked('win32')).toContain(
      'OpenStack/openstack/clouds.yaml'.replaceAll('/', dirname('/a') === '/' ? '/' : '\\'),
    );
  });
});

describe('the clouds that are found', () => {
  it('are listed without their secrets, and the one that OS_CLOUD names is marked', async () => {
    write('cwd/clouds.yaml', prod);
    const found = await find({ OS_CLOUD: 'prod' });
    expect(found).toMatchObject({ preselected: 'prod', failure: null });
    expect(found.clouds).toEqual([
      {
        name: 'prod',
        cloudName: 'prod',
        regionName: null,
        authUrl: 'https://keystone.example:5000/v3',
        user: 'alice',
        project: 'ops',
        region: 'RegionTwo',
        authType: 'password',
        problem: null,
      },
    ]);
    expect(JSON.stringify(found)).not.toContain('hunter2');
    expect((await find({ OS_CLOUD: 'other' })).preselected).toBeNull();
  });

  it('have the file and line of a syntax error, and none of its text', async () => {
    const file = write('cwd/clouds.yaml', 'clouds:\n  prod:\n    auth:\n      password: "hunter2\n');
    const { failure, clouds } = await find();
    expect(failure).toMatchObject({
      code: 'invalidInput',
      message: expect.stringContaining(`${file} cannot be used: in line `),
    });
    expect(JSON.stringify(failure)).not.toContain('hunter2');
    expect(clouds).toEqual([]);
    expect((await failureOf(resolve('prod'))).code).toBe('invalidInput');
  });

  it('are read in UTF-16 as PowerShell writes it; Latin-1 is rejected with the line, without its text', async () => {
    writeFileSync(write('cwd/clouds.yaml', ''), Buffer.from(`\ufeff${prod}`, 'utf16le'));
    expect((await resolve('prod')).secret).toBe('hunter2');
    writeFileSync(write('cwd/clouds.yaml', ''), Buffer.from(prod.replace('hunter2', 'h\u00fcnter2'), 'latin1'));
    const { failure } = await find();
    expect(failure?.message).toContain('in line 7, it is not UTF-8: byte 0xfc');
    expect(JSON.stringify(failure)).not.toContain('nter2');
  });

  it('include the cloud of the environment, as openrc sets it', async () => {
    const env = {
      OS_AUTH_URL: 'http://keystone.example:5000',
      OS_USERNAME: 'admin',
      OS_PASSWORD: 'hunter2',
      OS_PROJECT_NAME: 'admin',
      OS_USER_DOMAIN_ID: 'default',
    };
    const found = await find(env);
    expect(found).toMatchObject({ file: null, clouds: [{ name: 'envvars', user: 'admin', problem: null }] });
    expect(JSON.stringify(found)).not.toContain('hunter2');
    expect(await resolve('envvars', env)).toMatchObject({ secret: 'hunter2', login: { userDomainId: 'default' } });
  });

  it.each([
    ['auth: {auth_url: "http://k"}', /username/],
    ['auth: {username: a}', /auth_url/],
    ['auth: {auth_url: "ftp://k", username: a}', /http/],
    ['auth: {auth_url: "http://me:hunter2@k", username: a}', /login/],
    ['auth_type: v3oidcpassword, auth: {auth_url: "http://k"}', /v3oidcpassword/],
    ['auth_type: v3kerberos, auth: {auth_url: "http://k"}', /v3kerberos/],
    ['auth_type: v2password, auth: {auth_url: "http://k"}', /version 2/],
    ['identity_api_version: 2.0, auth: {auth_url: "http://k", username: a}', /version 2/],
    ['auth: {auth_url: "http://k", username: a, system_scope: all}', /system_scope/],
    ['auth: {auth_url: "http://k", username: a, trust_id: x}', /trust_id/],
    ['auth: {auth_url: "http://k", username: a, domain_name: Corp}', /Domain/],
    ['profile: vexxhost, auth: {username: a}', /vexxhost/],
    ['auth_type: v3applicationcredential, auth: {auth_url: "http://k"}', /application_credential_id/],
    ['interface: sideways, auth: {auth_url: "http://k", username: a}', /interface/],
  ])('have the reason why a cloud cannot be used: %s', async (text, problem) => {
    write('cwd/clouds.yaml', `clouds: {prod: {${text}}}`);
    const found = await find();
    expect(found.clouds[0]?.problem).toMatch(problem);
    expect(JSON.stringify(found)).not.toContain('hunter2');
    expect(await failureOf(resolve('prod'))).toMatchObject({
      code: 'invalidInput',
      message: expect.stringMatching(problem),
    });
  });
});

describe('a cloud of several regions', () => {
  const corp = `clouds:
  corp:
    auth: {username: ops, password: pw, project_name: infra}
    regions:
      - name: north
        values:
          auth: {auth-url: "https://north.example.net:5000/v3"}
      - name: south
        values:
          auth: {auth_url: "https://south.example.net:5000/v3"}
          interface: internal
  multi:
    auth: {auth_url: "https://keystone.example.net:5000", username: ops, password: pw, project_name: admin}
    regions: [central-1, central-2]
  single:
    auth: {auth_url: "https://keystone.example.net:5000", username: ops, password: pw, project_name: admin}
    regions: [only]
`;

  it('is offered in each of them, with the values of that region', async () => {
    write('cwd/clouds.yaml', corp);
    const { clouds } = await find();
    expect(clouds.map(({ name, cloudName, regionName, region }) => ({ name, cloudName, regionName, region }))).toEqual([
      { name: 'corp north', cloudName: 'corp', regionName: 'north', region: 'north' },
      { name: 'corp south', cloudName: 'corp', regionName: 'south', region: 'south' },
      { name: 'multi central-1', cloudName: 'multi', regionName: 'central-1', region: 'central-1' },
      { name: 'multi central-2', cloudName: 'multi', regionName: 'central-2', region: 'central-2' },
      { name: 'single', cloudName: 'single', regionName: null, region: 'only' },
    ]);
    expect(clouds.map(({ problem }) => problem)).toEqual([null, null, null, null, null]);
    expect(await resolve('corp', {}, 'south')).toMatchObject({
      login: { authUrl: 'https://south.example.net:5000/v3' },
      connection: { regionName: 'south', interface: 'internal' },
    });
    expect(await resolve('corp', {}, 'north')).toMatchObject({
      login: { authUrl: 'https://north.example.net:5000/v3' },
      connection: { regionName: 'north', interface: 'public' },
    });
  });

  it('is preselected in the region that OS_REGION_NAME names, otherwise in its first', async () => {
    write('cwd/clouds.yaml', corp);
    expect((await find({ OS_CLOUD: 'multi', OS_REGION_NAME: 'central-2' })).preselected).toBe('multi central-2');
    expect((await find({ OS_CLOUD: 'multi', OS_REGION_NAME: 'elsewhere' })).preselected).toBe('multi central-1');
    expect((await find({ OS_CLOUD: 'single', OS_REGION_NAME: 'elsewhere' })).preselected).toBe('single');
  });

  it('uses its first region if the settings name none, and is rejected if its region is gone', async () => {
    write('cwd/clouds.yaml', corp);
    expect(await resolve('multi')).toMatchObject({ connection: { regionName: 'central-1' } });
    expect((await failureOf(resolve('multi', {}, 'central-9'))).message).toContain(
      'does not list the region central-9',
    );
  });
});

describe('a cloud without its secret or user', () => {
  const bare =
    'clouds: {one: {auth: {auth_url: "http://k", project_name: p, user_domain_name: Corp}}, two: {auth: {auth_url: "http://k", username: u}}}';
  const env = { OS_USERNAME: 'ops', OS_PASSWORD: 'hunter2', OS_PROJECT_ID: 'other', OS_USER_DOMAIN_ID: 'd' };

  it('is completed from the environment if OS_CLOUD names it, unless the file has other values', async () => {
    write('cwd/clouds.yaml', bare);
    expect((await find()).clouds[0]?.problem).toContain('OS_USERNAME');
    expect((await find({ ...env, OS_CLOUD: 'two' })).clouds[0]?.problem).toContain('OS_USERNAME');
    const named = { ...env, OS_CLOUD: 'one' };
    expect((await find(named)).clouds[0]).toMatchObject({ user: 'ops', project: 'p', problem: null });
    expect(JSON.stringify(await find(named))).not.toContain('hunter2');
    const { login, secret } = await resolve('one', named);
    expect(secret).toBe('hunter2');
    expect(login).toMatchObject({ username: 'ops', userDomain: 'Corp', projectName: 'p' });
    expect(login).not.toHaveProperty('projectId', 'other');
    expect(login).not.toHaveProperty('userDomainId', 'd');
  });

  it('keeps its application credential, whichever user the environment names', async () => {
    write(
      'cwd/clouds.yaml',
      'clouds: {one: {auth: {auth_url: "http://k", application_credential_id: c1, application_credential_secret: s}}}',
    );
    const resolved = await resolve('one', { ...env, OS_CLOUD: 'one' });
    expect(resolved).toMatchObject({ login: { kind: 'applicationCredential', credentialId: 'c1' }, secret: 's' });
  });
});

describe('project and domains both in auth and beside it', () => {
  it('are read from auth, as openstacksdk does', async () => {
    write(
      'cwd/clouds.yaml',
      'clouds: {both: {project_name: root, user_domain_name: Root, username: beside, auth: {auth_url: "http://k", username: inside, password: x, project_name: inside, user_domain_name: Auth}}}',
    );
    expect((await resolve('both')).login).toMatchObject({
      projectName: 'inside',
      userDomain: 'Auth',
      username: 'beside',
    });
  });
});

describe('a resolved cloud', () => {
  it('has login, secret and connection', async () => {
    write('cwd/clouds.yaml', prod);
    expect(await resolve('prod')).toEqual({
      login: {
        kind: 'password',
        authUrl: 'https://keystone.example:5000/v3',
        username: 'alice',
        projectName: 'ops',
        userDomain: 'Corp',
        projectDomainId: '1f2e',
      },
      secret: 'hunter2',
      connection: { regionName: 'RegionTwo', interface: 'internal', cacert: join(root, 'home/ca.pem'), verify: true },
    });
  });

  it('that is missing is reported with the file', async () => {
    const file = write('cwd/clouds.yaml', prod);
    expect(await failureOf(resolve('test'))).toMatchObject({ message: `${file} has no cloud test.` });
    rmSync(file);
    expect((await failureOf(resolve('test'))).remedy).toContain('/etc/openstack/clouds.yaml');
  });

  it('reads its secret from secure.yaml, which is searched separately', async () => {
    write('cwd/clouds.yaml', prod.replace(/ *password.*\n/, ''));
    expect((await resolve('prod')).secret).toBeUndefined();
    write('home/.config/openstack/secure.yaml', 'clouds: {prod: {auth: {password: 0123}}}');
    expect((await resolve('prod')).secret).toBe('0123');
    const named = write('vault/secure.yaml', 'clouds: {prod: {auth: {password: from the vault}}}');
    expect((await resolve('prod', { OS_CLIENT_SECURE_FILE: named })).secret).toBe('from the vault');
  });

  it('inherits from its profile in clouds-public.yaml', async () => {
    write('cwd/clouds.yaml', 'clouds: {prod: {profile: corp, auth: {username: bob, password: x}, region-name: R9}}');
    write(
      'home/.config/openstack/clouds-public.yaml',
      'public-clouds: {corp: {auth: {auth_url: "http://k:5000", username: x, user_domain_name: Corp}, region_name: R1, verify: no}}',
    );
    expect(await resolve('prod')).toMatchObject({
      login: { authUrl: 'http://k:5000', username: 'bob', userDomain: 'Corp' },
      connection: { regionName: 'R9', verify: false },
    });
  });

  it('logs in with an application credential or a token', async () => {
    write(
      'cwd/clouds.yaml',
      `clouds:
  byId: {auth_type: v3applicationcredential, auth: {auth_url: "http://k", application_credential_id: c1, application_credential_secret: s}}
  byName: {auth_type: v3applicationcredential, auth: {auth_url: "http://k", application_credential_name: n, application_credential_secret: s, username: u, user_domain_id: d}}
  token: {auth: {auth_url: "http://k", token: gAAAA, project_id: p}}
  user: {auth: {auth_url: "http://k", user_id: u1, password: x}}
  free: {auth_type: none}
`,
    );
    expect((await find()).clouds.map(({ problem }) => problem)).toEqual([null, null, null, null, null]);
    expect(await resolve('byId')).toMatchObject({
      login: { kind: 'applicationCredential', credentialId: 'c1' },
      secret: 's',
    });
    expect(await resolve('byName')).toMatchObject({ login: { credentialName: 'n', username: 'u', userDomainId: 'd' } });
    expect(await resolve('token')).toMatchObject({ login: { kind: 'token', projectId: 'p' }, secret: 'gAAAA' });
    expect(await resolve('user')).toMatchObject({ login: { kind: 'password', userId: 'u1' } });
    expect(await resolve('free')).toMatchObject({ login: { kind: 'none' }, secret: undefined });
  });

  it.each([
    ['domain_id: d', { userDomainId: 'd', projectDomainId: 'd' }],
    ['domain_name: Corp', { userDomain: 'Corp', projectDomain: 'Corp' }],
    ['domain_id: d, user_domain_name: Own', { userDomain: 'Own', userDomainId: undefined, projectDomainId: 'd' }],
    ['default_domain: default', { userDomain: 'default', projectDomain: 'default' }],
    ['tenant_name: old', { projectName: 'old' }],
  ])('uses the values of %s', async (words, expected) => {
    write(
      'cwd/clouds.yaml',
      `clouds: {prod: {auth: {auth_url: "http://k", username: a, password: b, project_name: p, ${words}}}}`,
    );
    const { login } = await resolve('prod');
    for (const [key, value] of Object.entries(expected)) {
      if (key === 'projectName') continue;
      expect((login as Record<string, unknown>)[key]).toBe(value);
    }
  });

  it.each([
    ['region_name: [R1, R2]', { regionName: 'R1' }],
    ['region_name: "R1,R2"', { regionName: 'R1' }],
    ['regions: [R1, R2]', { regionName: 'R1' }],
    ['regions: [{name: R1, values: {interface: admin}}]', { regionName: 'R1', interface: 'admin' }],
    ['endpoint_type: internalURL', { interface: 'internal' }],
    ['interface: internal, image_interface: admin', { interface: 'admin' }],
    ['verify: false', { verify: false }],
    ['insecure: True', { verify: false }],
    ['insecure: false, verify: true', { verify: true }],
  ])('uses the connection settings of %s', async (words, expected) => {
    write('cwd/clouds.yaml', `clouds: {prod: {auth: {auth_url: "http://k", username: a}, ${words}}}`);
    expect((await resolve('prod')).connection).toMatchObject(expected);
  });
});
