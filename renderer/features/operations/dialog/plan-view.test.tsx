import { screen, within } from '@testing-library/react';
import { expect, it, vi } from 'vitest';
import type { PlannedTarget } from '../../../../electron/contract/operations.ts';
import { renderPage } from '../../../testing/render.tsx';
import { planned, planOf } from '../testing/plan-samples.ts';
import { PlannedTargets, PlanView, PlanWarnings, sumByHost } from './plan-view.tsx';

const zero = { images: 0, bytes: 0 };
const nothing = { willDo: 0, goes: 0, alreadyDone: 0, refused: 0, amount: zero, frees: zero, reason: null };
const one = { images: 1, bytes: 10 };

function target(hostId: string, rest: Partial<PlannedTarget>): PlannedTarget {
  return planned(hostId, { hostName: `name of ${hostId}`, imageId: 'i', expected: { images: 1, bytes: 10 }, ...rest });
}

it('adds up the targets of a plan per host, and only the sizes of those that it will act on', () => {
  expect(
    sumByHost([
      target('a', {}),
      target('b', { verdict: 'refused', reason: 'down' }),
      target('a', { expected: null }),
      target('a', { verdict: 'alreadyDone' }),
      target('b', { verdict: 'refused', reason: 'down' }),
    ]),
  ).toEqual([
    { ...nothing, hostId: 'a', hostName: 'name of a', willDo: 2, alreadyDone: 1, amount: one },
    { ...nothing, hostId: 'b', hostName: 'name of b', refused: 2, reason: 'down' },
  ]);
});

it('counts queued and deleted targets separately', () => {
  expect(sumByHost([target('a', { step: 'delete' }), target('a', { step: 'queue' })])).toEqual([
    { ...nothing, hostId: 'a', hostName: 'name of a', willDo: 1, goes: 1, amount: one, frees: one },
  ]);
});

it('gives no reason for a host whose targets are skipped for different reasons', () => {
  const [host] = sumByHost([
    target('a', { verdict: 'refused', reason: 'one' }),
    target('a', { verdict: 'refused', reason: 'other' }),
  ]);
  expect(host?.reason).toBeNull();
});

const image = (index: number) => `image-${String(index).padStart(3, '0')}`;

it('does not sort the rows of a plan again when the active row changes', async () => {
  const sizeRead = vi.fn();
  const targets = Array.from({ length: 300 }, (_, index) =>
    target('a', { imageId: image(index), expected: { images: 1, bytes: 1_000 - index } }),
  );
  // Below the rows that are shown: only sorting reads its size.
  targets.push({
    ...target('a', { imageId: 'last' }),
    expected: {
      images: 1,
      get bytes() {
        sizeRead();
        return 1;
      },
    },
  });
  const plan = { action: { kind: 'delete' as const, targets: [] }, targets };
  const { user } = renderPage(<PlannedTargets plan={plan} />);
  await user.click(screen.getByRole('button', { name: 'Frees' }));
  expect(sizeRead).toHaveBeenCalled();
  sizeRead.mockClear();
  const table = screen.getByRole('table', { name: 'What will be done' });
  await user.click(within(table).getByText(image(2)));
  await user.keyboard('{ArrowDown}{ArrowDown}');
  expect(sizeRead).not.toHaveBeenCalled();
});

it.each([
  [1, '1 already done.'],
  [2, '2 already done.'],
])('%i targets that need no action: %s', (count, text) => {
  const done = Array.from({ length: count }, (_, index) =>
    target('a', { imageId: image(index), verdict: 'alreadyDone' }),
  );
  const plan = planOf({ kind: 'delete', targets: [] }, [target('a', {}), ...done]);
  renderPage(<PlanView planning={{ plan, stale: false, error: null, refetch: () => undefined }} />);
  expect(screen.queryByText(text)).not.toBeNull();
});

it('warns of hosts that the plan would fill beyond their limit', () => {
  const over = { hostId: 'a', hostName: 'glance-01', over: { images: 3, bytes: 1_024, unsized: 1 }, limitBytes: 4_096 };
  renderPage(<PlanWarnings plan={{ warnings: ['glance-01 only queues the images.'], overLimit: [over] }} />);
  expect(screen.getAllByRole('note').map(({ textContent }) => textContent)).toEqual([
    'glance-01 only queues the images.',
    'glance-01 would be ≥ 1.00 KiB over its limit of 4.00 KiB.',
  ]);
});

it('shows the targets of a plan, or their sums by host', async () => {
  const plan = planOf({ kind: 'delete', targets: [] }, [
    target('a', {}),
    target('b', { verdict: 'refused', reason: 'The host is down.' }),
  ]);
  const { user } = renderPage(<PlanView planning={{ plan, stale: false, error: null, refetch: () => undefined }} />);
  expect(screen.queryByText('1 skipped, with the reason below.')).not.toBeNull();
  await user.click(screen.getByRole('button', { name: 'Host by host' }));
  const hosts = screen.getByRole('table', { name: 'Plan by host' });
  expect(within(hosts).getByRole('row', { name: /name of b/ }).textContent).toContain('The host is down.');
});

it.each([
  [1, '2 images will be deleted from name of a, ≥ 1.00 KiB will be freed.'],
  [2, '2 images of unknown size will be deleted from name of a.'],
])('shows how much of the deleted size is unknown: %i of 2', (unsized, text) => {
  const known = { images: 1, bytes: 1_024 };
  const unknown = { images: 1, bytes: 0, unsized: 1 };
  const plan = {
    ...planOf({ kind: 'delete', targets: [] }, [
      target('a', { imageId: 'odd', expected: unknown }),
      target('a', { imageId: 'other', expected: unsized === 1 ? known : unknown }),
    ]),
    expected: { images: 2, bytes: unsized === 1 ? 1_024 : 0, unsized },
  };
  renderPage(<PlanView planning={{ plan, stale: false, error: null, refetch: () => undefined }} />);
  expect(screen.queryByText(text)).not.toBeNull();
  const table = screen.getByRole('table', { name: 'What will be done' });
  expect(within(table).getByRole('row', { name: /odd/ }).textContent).toContain('unknown');
});

it('links the operation that is working on a target', async () => {
  const refused = target('a', {
    verdict: 'refused',
    reason: 'It is being deleted by the operation “Other”.',
    operationId: 'o/1',
  });
  const plan = planOf({ kind: 'queue', targets: [] }, [refused, target('a', { imageId: 'free' })]);
  const { user, address } = renderPage(
    <PlanView planning={{ plan, stale: false, error: null, refetch: () => undefined }} />,
  );
  await user.click(screen.getByRole('link', { name: 'Open the operation' }));
  expect(address()).toBe('/operations/o%2F1');
});

it('shows what an align queues and what it deletes in separate tables', () => {
  const goes = Array.from({ length: 22 }, (_, index) => target('a', { imageId: image(index), step: 'delete' }));
  const plan = planOf({ kind: 'align', queue: [], delete: [] }, [
    ...goes,
    target('a', { imageId: 'new', step: 'queue' }),
  ]);
  renderPage(<PlanView planning={{ plan, stale: false, error: null, refetch: () => undefined }} />);
  const rows = (name: string) => screen.getByRole('table', { name }).getAttribute('aria-rowcount');
  expect(rows('Images to queue')).toBe('2');
  expect(rows('Images to delete')).toBe('23');
  expect(within(screen.getByRole('table', { name: 'Images to queue' })).getByText('new')).toBeTruthy();
});
