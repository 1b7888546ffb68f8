import { screen, waitFor, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import type { Cloud } from '../../../electron/contract/clouds.ts';
import { ExpectedFailure } from '../../../electron/contract/failure.ts';
import { callsOf } from '../../testing/fake-client.ts';
import { renderPage } from '../../testing/render.tsx';
import { sampleCloud, sampleHost } from '../../testing/sample-state.ts';
import { CloudsSection } from './clouds-section.tsx';

const authUrl = 'https://keystone.example.net:5000/v3';
const typed: Cloud = {
  ...sampleCloud,
  name: 'typed',
  secret: 'memory',
  source: {
    kind: 'typed',
    login: { kind: 'password', authUrl, username: 'admin', projectName: 'admin' },
    connection: { interface: 'public', verify: true },
  },
};
const found = { file: '/etc/openstack/clouds.yaml', looked: [], preselected: 'production', failure: null };
const row = { authUrl, user: 'admin', project: 'admin', region: null, authType: 'password', problem: null };
const procedures = {
  about: () => ({ secrets: 'memory' }),
  'clouds.find': () => ({
    ...found,
    clouds: [{ name: 'production', cloudName: 'production', regionName: null, ...row }],
  }),
  'clouds.update': () => typed,
  'clouds.test': () => typed.identity,
  'clouds.unlock': () => undefined,
  'clouds.remove': () => undefined,
};
const open = (cloud: Cloud, more: Record<string, (input: never) => unknown> = {}) =>
  renderPage(<CloudsSection clouds={[cloud]} hosts={[sampleHost('glance-01')]} />, {
    state: { clouds: [cloud] },
    procedures: { ...procedures, ...more },
  });

test('a stored password is kept unless a new one is typed, and is not sent to another server', async () => {
  const { user } = open(typed);
  await user.click(screen.getByRole('button', { name: 'Edit typed' }));
  const edit = await screen.findByRole('dialog', { name: 'Edit typed' });
  const password = within(edit).getByLabelText<HTMLInputElement>('Password', { selector: '[type=password]' });
  expect(password.value).toBe('');
  await screen.findByText(/Kept in memory. Leave empty to keep it/);
  const url = within(edit).getByRole('textbox', { name: 'Authentication URL' });
  await user.clear(url);
  await user.click(url);
  await user.paste('http://127.0.0.1:1/v3');
  await user.click(within(edit).getByRole('button', { name: 'Save and log in' }));
  within(edit).getByText('Enter the password.');
  expect(callsOf('clouds.update')).toEqual([]);
  await user.clear(url);
  await user.click(url);
  await user.paste(authUrl);
  await user.click(within(edit).getByRole('button', { name: 'Save and log in' }));
  const check = await screen.findByRole('dialog', { name: 'Log in to typed' });
  await within(check).findByText(/Logged in as/);
  expect(callsOf('clouds.update')).toMatchObject([{ id: 'c1', name: 'typed', source: { login: { authUrl } } }]);
  expect(callsOf('clouds.update')[0]).not.toHaveProperty('secret');
});

test('an application credential by its id is sent with its secret', async () => {
  const { user } = open(typed);
  await user.click(screen.getByRole('button', { name: 'Edit typed' }));
  const edit = await screen.findByRole('dialog', { name: 'Edit typed' });
  await user.click(within(edit).getByRole('radio', { name: 'Application credential' }));
  await user.click(within(edit).getByRole('button', { name: 'Save and log in' }));
  await waitFor(() =>
    expect(document.activeElement).toBe(within(edit).getByRole('textbox', { name: 'Credential’s ID' })),
  );
  await user.keyboard('abc');
  await user.click(within(edit).getByLabelText('Secret'));
  await user.paste('a secret');
  await user.keyboard('{Enter}');
  await waitFor(() =>
    expect(callsOf('clouds.update')).toMatchObject([
      { secret: 'a secret', source: { login: { kind: 'applicationCredential', authUrl, credentialId: 'abc' } } },
    ]),
  );
});

test('the secret of a locked cloud is asked for again; a rejected one shows the reason and keeps the focus', async () => {
  const failure = { code: 'unauthenticated' as const, message: 'Keystone refuses the login.', remedy: 'Check it.' };
  let refused = true;
  const { user } = open(
    { ...typed, secret: 'missing', identity: null },
    {
      'clouds.test': () => {
        if (refused) throw new ExpectedFailure(failure);
        return typed.identity;
      },
    },
  );
  screen.getByText('Missing: unlock to log in');
  await user.click(screen.getByRole('button', { name: 'Unlock typed' }));
  const unlock = await screen.findByRole('dialog', { name: 'Unlock typed' });
  const password = within(unlock).getByLabelText('Password');
  await user.click(within(unlock).getByRole('button', { name: 'Unlock' }));
  within(unlock).getByText('Enter the password.');
  await user.click(password);
  await user.paste('mistyped');
  await user.keyboard('{Enter}');
  await within(unlock).findByText(/Keystone refuses/);
  await waitFor(() => expect(document.activeElement).toBe(password));
  refused = false;
  await user.keyboard('{Enter}');
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(callsOf('clouds.unlock')).toHaveLength(2);
});

test('the dialog to remove a cloud lists what is removed and what stays, and the focus is on Cancel', async () => {
  const { user } = open(sampleCloud);
  await user.click(screen.getByRole('button', { name: 'Remove production' }));
  const remove = await screen.findByRole('dialog', { name: 'Remove production' });
  within(remove).getByText(/its 1 host: glance-01/);
  within(remove).getByText(/The hosts do not change/);
  await waitFor(() => expect(document.activeElement).toBe(within(remove).getByRole('button', { name: 'Cancel' })));
  await user.click(within(remove).getByRole('button', { name: 'Remove cloud' }));
  await waitFor(() => expect(callsOf('clouds.remove')).toEqual([{ id: 'c1' }]));
});

test('without a clouds.yaml the operator can choose a file, whose values fill the form', async () => {
  const { user } = open(typed, { 'clouds.find': () => ({ ...found, file: null, clouds: [] }) });
  await user.click(screen.getByRole('button', { name: /^Add cloud/ }));
  const dialog = await screen.findByRole('dialog', { name: 'Add cloud' });
  const file = new File(['export OS_AUTH_URL=https://k:5000/v3\nexport OS_USERNAME=operator\n'], 'admin-openrc.sh');
  await user.upload(await within(dialog).findByLabelText('A clouds.yaml or openrc file'), file);
  const url = await within(dialog).findByRole('textbox', { name: 'Authentication URL' });
  expect(url).toHaveProperty('value', 'https://k:5000/v3');
});
