import { screen, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import type { HostAccount } from '../../../electron/contract/operations.ts';
import { renderPage } from '../../testing/render.tsx';
import { OperationHostsTable } from './operation-hosts-table.tsx';
import { zero } from './testing/operation-samples.ts';

function host(hostName: string, counts: Partial<HostAccount['counts']>): HostAccount {
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const actual = { images: 0, bytes: 0 };
  return { hostId: hostName, hostName, counts: { ...zero, ...counts }, total, actual, freed: null };
}

test('hosts with problems come first, failures are red, and the bar of a host without a request is not full', () => {
  const hosts = [
    host('glance-01', { done: 4 }),
    host('glance-02', { refused: 3 }),
    host('glance-03', { done: 1, cancelled: 1 }),
    host('glance-04', { done: 2, failed: 1 }),
    host('glance-05', { alreadyDone: 2 }),
  ];
  renderPage(<OperationHostsTable kind="delete" hosts={hosts} />);
  const row = (name: string) => screen.getByRole('row', { name: new RegExp(name) });
  const names = screen.getAllByRole('row').flatMap(({ textContent }) => /glance-0\d/.exec(textContent)?.[0] ?? []);
  expect(names).toEqual(['glance-04', 'glance-02', 'glance-03', 'glance-01', 'glance-05']);
  const tones = (name: string) =>
    [...within(row(name)).getByRole('img').children].map((part) => part.getAttribute('data-tone'));
  expect(tones('glance-01')).toEqual(['plain']);
  expect(tones('glance-03')).toEqual(['plain', 'rest']);
  expect(tones('glance-04')).toEqual(['plain', 'bad']);
  within(row('glance-02')).getByText('skipped');
  within(row('glance-05')).getByText('already done');
  expect(within(row('glance-02')).queryByRole('img')).toBeNull();
});
