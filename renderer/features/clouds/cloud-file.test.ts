import { expect, it } from 'vitest';
import { readCloudFile } from './cloud-file.ts';

it('reads the clouds of a clouds.yaml', async () => {
  const { clouds } = await readCloudFile(
    'clouds:\n  prod:\n    auth: {auth_url: "https://k:5000/v3", username: admin, password: p, project_name: ops}\n    region_name: R1\n    interface: internal\n    verify: false\n  app:\n    auth_type: v3applicationcredential\n    auth: {auth_url: "https://k/v3", application_credential_id: id1, application_credential_secret: s}\n',
  );
  expect(clouds).toMatchObject([
    {
      name: 'prod',
      kind: 'password',
      authUrl: 'https://k:5000/v3',
      username: 'admin',
      secret: 'p',
      projectName: 'ops',
      regionName: 'R1',
      interface: 'internal',
      verify: false,
    },
    { name: 'app', kind: 'applicationCredential', credentialBy: 'id', credentialId: 'id1', secret: 's' },
  ]);
});

it('reads the variables of an openrc file, without those that a shell would compute', async () => {
  const { clouds } = await readCloudFile(
    '#!/bin/bash\nexport OS_AUTH_URL=https://k:5000/v3\nexport OS_PROJECT_NAME="ops"\nexport OS_USER_DOMAIN_NAME=\'Default\'\nOS_USERNAME=admin # me\nread -sr OS_PASSWORD_INPUT\nexport OS_PASSWORD=$OS_PASSWORD_INPUT\n',
  );
  expect(clouds).toMatchObject([
    {
      name: 'ops',
      authUrl: 'https://k:5000/v3',
      username: 'admin',
      projectName: 'ops',
      userDomain: 'Default',
      secret: '',
    },
  ]);
});

it.each([
  ['clouds: {}', /section is empty/],
  ['hello: world', /no “clouds” section/],
  ['a: [', /neither YAML nor an openrc file/],
  ['export OS_USERNAME=x', /no OS_AUTH_URL/],
])('reports why there is no cloud in %s', async (text, problem) => {
  const file = await readCloudFile(text);
  expect(file.clouds).toEqual([]);
  expect(file.problem).toMatch(problem);
});
