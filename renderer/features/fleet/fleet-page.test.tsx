import { screen, within } from '@testing-library/react';
import { beforeEach, expect, test } from 'vitest';
import type { HostSummary } from '../../../electron/contract/fleet.ts';
import type { Capabilities } from '../../../electron/contract/hosts.ts';
import { closeDialog, useOpenDialog } from '../../lib/dialog-store.ts';
import { resetWindowState } from '../../lib/persistent-state.ts';
import { renderPage } from '../../testing/render.tsx';
import { sampleCloud } from '../../testing/sample-state.ts';
import { FleetPage } from './fleet-page.tsx';

beforeEach(() => {
  closeDialog();
  resetWindowState();
  localStorage.clear();
});

const host = (name: string, cachedImages: number): HostSummary => ({
  id: name,
  cloudId: 'cloud',
  name,
  address: `http://${name}:9292`,
  limitBytes: null,
  note: '',
  labels: [],
  region: null,
  imageServiceId: 'cloud',
  remote: null,
  state: 'reachable',
  refreshing: false,
  refreshedAt: 1,
  nextPollAt: null,
  failure: null,
  failedTries: 0,
  failingSince: null,
  capabilities: null,
  maintenance: { prune: [], clean: [], prefetch: [] },
  totals: {
    cachedImages,
    sizeBytes: cachedImages * 1_000,
    unsized: 0,
    unsizedOrphans: 0,
    hits: 0,
    queued: 0,
    stalled: 0,
    oldestQueued: null,
    orphans: 0,
    orphanBytes: 0,
    oddRecords: 0,
  },
  warnings: [],
  revision: 1,
});
const hosts = [host('glance-10', 3), host('glance-2', 20), host('edge-1', 100)];
const sparks = () => ({ from: 0, to: 1, hosts: [] });

test('problems in the summary link to their hosts: failures to the top of the table, orphans to Waste', async () => {
  const over = { kind: 'overLimit', label: '61 GiB over its limit', text: 'Prune it.' } as const;
  const withOrphans = host('glance-11', 3);
  const troubled = [
    host('glance-10', 3),
    { ...withOrphans, totals: withOrphans.totals && { ...withOrphans.totals, orphans: 2, orphanBytes: 900 } },
    { ...host('glance-12', 3), warnings: [over] },
  ];
  const { user, address } = renderPage(<FleetPage />, {
    state: { hosts: troubled, clouds: [{ ...sampleCloud, id: 'cloud' }] },
    procedures: { 'trends.sparks': sparks },
  });
  await user.click(screen.getByRole('button', { name: '1 needs attention' }));
  expect(rowNames()[0]).toBe('glance-12');
  await user.click(screen.getByRole('link', { name: 'in 2 orphans' }));
  expect(address()).toBe('/coverage/waste');
});

function rowNames(): (string | null)[] {
  const [, ...rows] = within(screen.getByRole('table', { name: 'Hosts' })).getAllByRole('row');
  return rows.flatMap((row) =>
    within(row)
      .queryAllByRole('link')
      .map(({ textContent }) => textContent),
  );
}

test('the table sorts by value, and keeps its sort through navigation', async () => {
  const first = renderPage(<FleetPage />, { state: { hosts }, procedures: { 'trends.sparks': sparks } });
  await first.user.click(screen.getByRole('button', { name: 'Cached' }));
  expect(rowNames()).toEqual(['edge-1', 'glance-2', 'glance-10']);
  await first.user.click(screen.getByRole('button', { name: 'Host' }));
  expect(rowNames()).toEqual(['edge-1', 'glance-2', 'glance-10']);
  await first.user.click(screen.getByRole('button', { name: 'Host' }));
  expect(rowNames()).toEqual(['glance-10', 'glance-2', 'edge-1']);
  first.unmount();
  renderPage(<FleetPage />, { state: { hosts }, procedures: { 'trends.sparks': sparks } });
  expect(rowNames()).toEqual(['glance-10', 'glance-2', 'edge-1']);
});

test('removed hosts are deselected', async () => {
  const { user, receive } = renderPage(<FleetPage />, { state: { hosts }, procedures: { 'trends.sparks': sparks } });
  await user.click(screen.getByRole('checkbox', { name: 'Select glance-2' }));
  await user.click(screen.getByRole('checkbox', { name: 'Select edge-1' }));
  expect(screen.getByText('2 hosts selected')).toBeDefined();
  receive({ type: 'hosts', changed: [], removed: ['edge-1'], fleet: { distinctImages: 0 } });
  expect(await screen.findByText('1 host selected')).toBeDefined();
});

/** The requested action and its hosts. */
function Asked() {
  const request = useOpenDialog()?.request;
  return (
    <output aria-label="Asked">{request && 'hostIds' in request ? `${request.kind} ${request.hostIds}` : ''}</output>
  );
}
const asked = () => screen.getByRole('status', { name: 'Asked' }).textContent;
const openFleet = () =>
  renderPage(
    <>
      <FleetPage />
      <Asked />
    </>,
    { state: { clouds: [sampleCloud], hosts: able }, procedures: { 'trends.sparks': sparks } },
  );
const can = { can: true } as const;
const able = hosts.map((one) => ({
  ...one,
  cloudId: sampleCloud.id,
  maintenance: { ...one.maintenance, prune: [{ method: 'native', usable: true } as const] },
  capabilities: { apiVersion: '2.18', release: '', abilities: { clear: can, delete: can } } as unknown as Capabilities,
}));

test('actions leave out selected hosts that the filter hides, until they are included', async () => {
  const { user } = openFleet();
  await user.click(screen.getByRole('checkbox', { name: 'Select glance-10' }));
  await user.click(screen.getByRole('checkbox', { name: 'Select glance-2' }));
  await user.type(screen.getByRole('searchbox', { name: 'Filter hosts' }), 'edge');
  await screen.findByText('2 hidden by the filter');
  const clear = () => screen.getByRole('button', { name: 'Clear…' });
  expect(clear().getAttribute('aria-disabled')).toBe('true');
  screen.getByText('0 hosts selected');
  await user.click(screen.getByRole('checkbox', { name: 'Select edge-1' }));
  await user.click(clear());
  expect(asked()).toBe('clear edge-1');
  await user.click(screen.getByRole('button', { name: 'Include hidden' }));
  screen.getByText('including 2 hidden by the filter');
  await user.click(clear());
  expect(asked()).toBe('clear glance-10,glance-2,edge-1');
});

test('the bar of the selected hosts is below the table, whose rows stay where they are', async () => {
  const { user } = openFleet();
  await user.click(screen.getByRole('checkbox', { name: 'Select glance-10' }));
  const table = screen.getByRole('table', { name: 'Hosts' });
  const bar = screen.getByText('1 host selected');
  expect(table.compareDocumentPosition(bar)).toBe(Node.DOCUMENT_POSITION_FOLLOWING);
});

test('the actions in the header apply to the hosts that match the filter', async () => {
  const { user } = openFleet();
  await user.type(screen.getByRole('searchbox', { name: 'Filter hosts' }), 'glance');
  await screen.findByText('2 of 3 hosts');
  await user.click(screen.getByRole('button', { name: 'Prune…' }));
  expect(asked()).toBe('prune glance-10,glance-2');
});

test('sums show how many sizes are unknown', () => {
  const odd = host('odd', 2);
  const unsized = { unsized: 1, orphans: 1, unsizedOrphans: 1 };
  const state = { hosts: [host('edge-1', 100), { ...odd, totals: odd.totals && { ...odd.totals, ...unsized } }] };
  renderPage(<FleetPage />, { state, procedures: { 'trends.sparks': sparks } });
  const sums = within(screen.getByRole('list', { name: 'Fleet totals' }));
  expect(sums.getByText('≥ 99.6 KiB')).toBeDefined();
  expect(sums.getByTitle('102,000 bytes and 1 image of unknown size')).toBeDefined();
  expect(sums.getByText('unknown size')).toBeDefined();
  const row = screen.getByRole('row', { name: /odd/ });
  expect(within(row).getByTitle('2,000 bytes and 1 image of unknown size')).toBeDefined();
});
