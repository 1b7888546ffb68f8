import { screen, waitFor, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import { callsOf } from '../../testing/fake-client.ts';
import { renderPage } from '../../testing/render.tsx';
import { sampleCloud, sampleHost } from '../../testing/sample-state.ts';
import { HostsSection } from './hosts-section.tsx';

const hosts = [sampleHost('glance-01'), sampleHost('glance-09', { limitBytes: 500e9, note: 'in the cellar' })];
const procedures = {
  'hosts.add': () => hosts[0],
  'hosts.update': () => hosts[1],
  'hosts.remove': () => undefined,
};
const open = (path = '/settings/hosts') =>
  renderPage(<HostsSection clouds={[sampleCloud]} hosts={hosts} />, { path, procedures });

const field = (name: string, description?: string | RegExp) =>
  screen.getByRole<HTMLInputElement>('textbox', { name, ...(description === undefined ? {} : { description }) });

test('a host is added with its address and limit as they were parsed', async () => {
  const { user } = open();
  await user.click(screen.getByRole('button', { name: 'Add host…' }));
  const dialog = await screen.findByRole('dialog', { name: 'Add host' });
  await user.click(field('Address'));
  await user.paste('http://glance-01:9292');
  await user.click(within(dialog).getByRole('button', { name: 'Add host' }));
  field('Address', /is already added as glance-01/);
  await user.clear(field('Address'));
  await user.click(field('Address'));
  await user.paste('glance-10.example.net/v2');
  field('Address', 'Will be http://glance-10.example.net:9292');
  await user.type(field('Limit'), '500GB');
  field('Limit', '466 GiB, 500,000,000,000 bytes');
  await user.click(within(dialog).getByRole('button', { name: 'Add host' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(callsOf('hosts.add')).toEqual([
    {
      cloudId: 'c1',
      address: 'glance-10.example.net/v2',
      name: 'glance-10',
      limitBytes: 500e9,
      note: '',
      labels: [],
      region: null,
      remote: null,
    },
  ]);
});

test('a limit that is not a size gets the focus and explains the format', async () => {
  const { user } = open('/settings/hosts/glance-09');
  const dialog = await screen.findByRole('dialog', { name: 'Edit glance-09' });
  expect(field('Limit').value).toBe('500 GB');
  await user.clear(field('Limit'));
  await user.type(field('Limit'), 'lots');
  await user.click(within(dialog).getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(document.activeElement).toBe(field('Limit')));
  field('Limit', 'Not a size. Enter a size such as 500 GiB or 500GB.');
  expect(callsOf('hosts.update')).toEqual([]);
  await user.clear(field('Limit'));
  await user.click(field('Limit'));
  await user.paste('1.5 TiB');
  await user.click(within(dialog).getByRole('button', { name: 'Save' }));
  await waitFor(() =>
    expect(callsOf('hosts.update')).toMatchObject([{ id: 'glance-09', limitBytes: 1.5 * 1024 ** 4 }]),
  );
});

test('errors in the ssh access count only if the host has its own access', async () => {
  const { user } = open('/settings/hosts/glance-09');
  const dialog = await screen.findByRole('dialog', { name: 'Edit glance-09' });
  await user.click(screen.getByRole('radio', { name: 'Custom' }));
  expect(field('Destination').value).toBe('glance-09');
  await user.clear(field('Destination'));
  await user.click(within(dialog).getByRole('button', { name: 'Test ssh' }));
  await waitFor(() => expect(document.activeElement).toBe(field('Destination')));
  expect(callsOf('remote.test')).toEqual([]);
  await user.click(screen.getByRole('radio', { name: /^Use the cloud setting/ }));
  await user.click(within(dialog).getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(callsOf('hosts.update')).toMatchObject([{ id: 'glance-09', remote: null }]));
});

test('hosts are filtered by their notes, and several are removed together', async () => {
  const { user } = open();
  const table = screen.getByRole('table', { name: 'Hosts' });
  await user.click(screen.getByRole('searchbox', { name: 'Filter hosts' }));
  await user.paste('cellar');
  expect(within(table).getAllByRole('row')).toHaveLength(2);
  await user.clear(screen.getByRole('searchbox', { name: 'Filter hosts' }));
  await user.click(screen.getByRole('checkbox', { name: 'Select glance-09' }));
  await user.click(screen.getByRole('checkbox', { name: 'Select glance-01' }));
  await user.click(screen.getByRole('button', { name: 'Remove…' }));
  const dialog = await screen.findByRole('dialog', { name: 'Remove 2 hosts' });
  within(dialog).getByText(/their caches and queues are kept/);
  await user.click(within(dialog).getByRole('button', { name: 'Remove 2 hosts' }));
  await waitFor(() => expect(callsOf('hosts.remove')).toEqual([{ ids: ['glance-01', 'glance-09'] }]));
});

test('in a cloud of several regions the operator chooses the region of a host', async () => {
  const { user } = renderPage(<HostsSection clouds={[sampleCloud]} hosts={hosts} />, {
    path: '/settings/hosts/glance-09',
    procedures: { ...procedures, 'clouds.regions': () => ({ own: 'central', regions: ['central', 'west'] }) },
  });
  const dialog = await screen.findByRole('dialog', { name: 'Edit glance-09' });
  const region = await within(dialog).findByRole('combobox', { name: 'Region' });
  expect(
    within(region)
      .getAllByRole('option')
      .map(({ textContent }) => textContent),
  ).toEqual(['central (the login’s)', 'west']);
  await user.selectOptions(region, 'west');
  await user.click(within(dialog).getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(callsOf('hosts.update')).toMatchObject([{ id: 'glance-09', region: 'west' }]));
});
