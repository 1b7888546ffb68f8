import { screen, waitFor, within } from '@testing-library/react';
import { expect, it } from 'vitest';
import type { WasteConditions } from '../../../electron/contract/waste.ts';
import { callsOf } from '../../testing/fake-client.ts';
import { renderPage } from '../../testing/render.tsx';
import { sampleCloud, sampleHost } from '../../testing/sample-state.ts';
import { WasteTab } from './waste-tab.tsx';

const orphan = {
  cloudId: sampleCloud.id,
  imageId: 'image-1',
  catalogStatus: 'orphan',
  description: null,
  hosts: 1,
  cachedOn: 1,
  sizeBytes: 1_024,
  bytes: 1_024,
  hits: 0,
  lastAccessed: 1_000,
  why: { orphan: 1, neverHit: 0, idle: 0, golden: 0 },
};

/** Renders the tab over one orphan, which every list without a text filter has. */
function renderWaste(hosts = [sampleHost('glance-01', { state: 'reachable' })]) {
  return renderPage(<WasteTab />, {
    state: { clouds: [sampleCloud], hosts },
    procedures: {
      'waste.filters': () => ({ filters: [] }),
      'waste.list': ({ conditions }: { conditions: WasteConditions }) => {
        const rows = conditions.text === '' && conditions.orphan ? [orphan] : [];
        return {
          rows,
          images: rows.length,
          copies: rows.length,
          bytes: rows.length * 1_024,
          hosts: { looked: 1, oldest: 1_000, unknown: [], down: [], shifted: [] },
          leftOut: { golden: 0, tooNew: 0, untimed: 0, unchecked: 0, notVisible: 0 },
          goldenUnknown: [],
        };
      },
      'waste.reclaim': () => ({ hosts: [{ hostId: 'glance-01', images: 1, bytes: 1_024 }] }),
    },
  });
}

const filter = (name: RegExp) => within(screen.getByRole('group', { name: 'Filters' })).getByRole('button', { name });
const conditions = () => within(screen.getByRole('group', { name: 'Conditions' }));

it('reports that no condition is set, or that nothing matches, and offers to reset both', async () => {
  const { user } = renderWaste();
  await user.click(filter(/^Orphans/));
  await user.click(conditions().getByRole('checkbox', { name: 'orphan' }));
  expect(await screen.findByRole('heading', { name: 'Select conditions' })).toBeTruthy();
  await user.click(conditions().getByRole('checkbox', { name: 'idle' }));
  await user.click(screen.getByRole('searchbox', { name: 'Filter by name or id' }));
  await user.paste('nothing is called this');
  expect(await screen.findByRole('heading', { name: 'No waste found' })).toBeTruthy();
  const [undo] = screen.getAllByRole('button', { name: 'Undo changes' });
  if (undo) await user.click(undo);
  await waitFor(() => expect(screen.getByRole('table', { name: 'Waste' }).textContent).toContain('orphan'));
});

it('marks a text that is not a size or a number and does not send it', async () => {
  const { user } = renderWaste();
  await user.click(filter(/^Idle/));
  const hits = conditions().getByRole('textbox', { name: 'Most hits' });
  const before = callsOf('waste.list').length;
  await user.type(hits, 'many');
  expect(hits.getAttribute('aria-invalid')).toBe('true');
  expect(callsOf('waste.list')).toHaveLength(before);
  await user.clear(hits);
  expect(hits.getAttribute('aria-invalid')).not.toBe('true');
  const size = conditions().getByRole('textbox', { name: 'Smallest size' });
  await user.type(size, '1 GiB');
  await user.tab();
  expect(size).toHaveProperty('value', '1.00 GiB');
  const asked = callsOf('waste.list').at(-1) as { conditions: WasteConditions };
  expect(asked.conditions.minBytes).toBe(2 ** 30);
});

it('finds the hosts to search by a filter', async () => {
  const hosts = Array.from({ length: 12 }, (_, index) => sampleHost(`glance-${10 + index}`, { state: 'reachable' }));
  const { user } = renderWaste(hosts);
  await user.click(conditions().getByRole('button', { name: 'All hosts' }));
  const scope = within(await screen.findByRole('dialog', { name: 'Hosts' }));
  await user.click(scope.getByRole('searchbox', { name: 'Filter the hosts to choose' }));
  await user.paste('glance-2');
  expect(scope.queryByRole('button', { name: 'glance-12' })).toBeNull();
  await user.click(scope.getByRole('button', { name: 'glance-21' }));
  const asked = callsOf('waste.list').at(-1) as { conditions: WasteConditions };
  expect(asked.conditions.hostIds).toEqual([hosts[11]?.id]);
});
