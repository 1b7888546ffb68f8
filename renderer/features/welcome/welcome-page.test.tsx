import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import type { Cloud, FoundClouds } from '../../../electron/contract/clouds.ts';
import { ExpectedFailure } from '../../../electron/contract/failure.ts';
import type { ConsoleState } from '../../bridge/console-state.ts';
import { callsOf, type Procedures } from '../../testing/fake-client.ts';
import { renderPage } from '../../testing/render.tsx';
import { sampleCloud } from '../../testing/sample-state.ts';
import { WelcomePage } from './welcome-page.tsx';

const authUrl = 'https://keystone.example.net:5000/v3';
const entry = { authUrl, user: 'admin', project: 'admin', region: null, authType: 'password', problem: null };
const found: FoundClouds = {
  file: '/etc/openstack/clouds.yaml',
  looked: [],
  clouds: [
    { name: 'production', cloudName: 'production', regionName: null, ...entry },
    { name: 'staging', cloudName: 'staging', regionName: null, ...entry },
    {
      name: 'kerberos',
      cloudName: 'kerberos',
      regionName: null,
      ...entry,
      authType: 'v3kerberos',
      problem: 'Its auth_type v3kerberos is not supported.',
    },
  ],
  preselected: 'production',
  failure: null,
};
const open = (state: Partial<ConsoleState> = {}, procedures: Procedures = {}) =>
  renderPage(<WelcomePage />, {
    path: '/welcome',
    state,
    procedures: {
      about: () => ({ secrets: 'memory' }),
      'clouds.find': () => found,
      'clouds.test': () => sampleCloud.identity,
      ...procedures,
    },
  });
const textbox = (name: string, description?: string | RegExp) =>
  screen.getByRole<HTMLInputElement>('textbox', { name, ...(description === undefined ? {} : { description }) });

test('a cloud that cannot be used is listed, disabled, with the reason; OS_CLOUD is preselected', async () => {
  open();
  const kerberos = await screen.findByRole<HTMLInputElement>('radio', {
    name: 'kerberos',
    description: /v3kerberos is not supported/,
  });
  expect(kerberos.disabled).toBe(true);
  const production = screen.getByRole<HTMLInputElement>('radio', { name: 'production' });
  expect(production.checked).toBe(true);
  expect(document.activeElement).toBe(production);
});

test('without a clouds.yaml it lists where it looked, and the other sources are available', async () => {
  const none = { ...found, file: null, clouds: [], looked: ['/home/me/.config/openstack/clouds.yaml'] };
  const saved: Cloud = {
    ...sampleCloud,
    name: 'No login',
    secret: 'unneeded',
    identity: null,
    source: { kind: 'typed', login: { kind: 'none' }, connection: { interface: 'public', verify: true } },
  };
  const { user, receive } = open(
    {},
    { 'clouds.find': () => none, 'clouds.add': () => saved, 'clouds.test': () => null },
  );
  await screen.findByText('No clouds.yaml found. Searched in this order:');
  expect(screen.getByRole('list', { name: 'Searched locations' }).textContent).toContain('.config/openstack');
  await user.click(screen.getByRole('button', { name: 'Enter a cloud…' }));
  await user.click(screen.getByRole('radio', { name: 'No login' }));
  await user.click(screen.getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(callsOf('clouds.add')).toMatchObject([{ name: 'No login' }]));
  receive({ type: 'clouds', clouds: [saved] });
  await screen.findByText('No login is used');
  await waitFor(() => expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Add hosts' })));
});

test('missing values are reported at their fields, and input survives going back', async () => {
  const saved: Cloud = {
    ...sampleCloud,
    name: 'keystone.example.net',
    secret: 'memory',
    identity: null,
    source: {
      kind: 'typed',
      login: { kind: 'password', authUrl, username: 'admin', projectName: 'admin' },
      connection: { interface: 'public', verify: true },
    },
  };
  const failure = { code: 'unauthenticated' as const, message: 'Keystone refuses the login.', remedy: 'Check it.' };
  const { user, receive } = open(
    {},
    {
      'clouds.add': () => saved,
      'clouds.update': () => saved,
      'clouds.test': () => {
        throw new ExpectedFailure(failure);
      },
    },
  );
  await user.click(screen.getByRole('button', { name: 'Enter a cloud…' }));
  const secret = () => screen.getByLabelText<HTMLInputElement>('Password', { selector: '[type=password]' });
  expect(document.activeElement).toBe(textbox('Authentication URL'));
  await user.keyboard('{Enter}');
  textbox('Authentication URL', 'Enter the Keystone URL.');
  await waitFor(() => expect(document.activeElement).toBe(textbox('Authentication URL')));
  await user.click(textbox('Authentication URL'));
  await user.paste(authUrl);
  await user.type(textbox('User'), 'admin');
  await user.type(textbox('Project'), 'admin');
  await user.click(secret());
  await user.paste('mistyped');
  screen.getByText(/Kept in memory only/);
  await user.keyboard('{Enter}');
  await waitFor(() => expect(callsOf('clouds.add')).toHaveLength(1));
  receive({ type: 'clouds', clouds: [saved] });
  await screen.findByText(/Keystone refuses/);
  await user.click(screen.getByRole('button', { name: 'Back' }));
  expect(textbox('User').value).toBe('admin');
  await user.clear(secret());
  await user.click(secret());
  await user.paste('correct');
  await user.keyboard('{Enter}');
  await waitFor(() => expect(callsOf('clouds.update')).toMatchObject([{ id: 'c1', secret: 'correct' }]));
  expect(callsOf('clouds.add')).toHaveLength(1);
});

test('many hosts pasted into the address are previewed, then added', async () => {
  const line = (text: string, outcome: string, more = {}) => ({
    line: 1,
    text,
    outcome,
    address: null,
    name: null,
    limitBytes: null,
    reason: null,
    ...more,
  });
  const { user } = open({ clouds: [sampleCloud] }, {
    'hosts.paste': ({ add }: { add: boolean }) => ({
      lines: [
        { ...line('glance-01', add ? 'added' : 'willAdd', { address: 'http://glance-01:9292' }), line: 1 },
        { ...line('not an address!', 'invalid'), line: 2 },
      ],
    }),
  } as Procedures);
  const clipboardData = { getData: () => 'glance-01\nnot an address!' };
  fireEvent.paste(textbox('Address'), { clipboardData });
  await screen.findByText('1 host to add, 1 line invalid');
  expect(within(screen.getByRole('table', { name: 'Preview' })).getAllByRole('row')).toHaveLength(3);
  await user.keyboard('{Control>}{Enter}{/Control}');
  await screen.findByText('1 host added.');
  expect(textbox('Hosts, one per line').value).toBe('not an address!');
  expect(callsOf('hosts.paste')).toContainEqual({
    cloudId: 'c1',
    region: null,
    text: 'glance-01\nnot an address!',
    add: true,
  });
});
