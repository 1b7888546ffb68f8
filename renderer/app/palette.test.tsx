import { MantineProvider } from '@mantine/core';
import { act, screen, waitFor } from '@testing-library/react';
import { afterEach, expect, it, vi } from 'vitest';
import { palette } from '../lib/palette-store.ts';
import { renderPage } from '../testing/render.tsx';
import { mantineTheme } from '../theme/mantine-theme.ts';
import { filterPalette, Palette } from './palette.tsx';

const groups = [
  {
    group: 'Actions',
    actions: [
      { id: 'delete', label: 'Delete images…' },
      { id: 'queue', label: 'Queue images…' },
    ],
  },
  {
    group: 'Hosts',
    actions: [
      { id: 'a', label: 'edge-glance-01', keywords: ['http://10.0.0.1:9292', 'reachable'] },
      { id: 'b', label: 'glance-01', keywords: 'http://10.0.0.2:9292' },
    ],
  },
];
const found = (query: string) =>
  filterPalette(query, groups).flatMap((group) => ('actions' in group ? group.actions.map(({ id }) => id) : []));

it('finds entries that contain every word, those that begin with it first', () => {
  expect(found('')).toEqual(['delete', 'queue', 'a', 'b']);
  expect(found('glance-01')).toEqual(['b', 'a']);
  expect(found('images que')).toEqual(['queue']);
  expect(found('10.0.0.1 EDGE')).toEqual(['a']);
  expect(found('nothing')).toEqual([]);
});

it('limits the entries of a group', () => {
  const hosts = Array.from({ length: 500 }, (_, index) => ({ id: `${index}`, label: `host-${index}` }));
  const [group] = filterPalette('host', [{ group: 'Hosts', actions: hosts }]);
  expect(group && 'actions' in group ? group.actions : []).toHaveLength(40);
});

const reducedMotion = globalThis.matchMedia;
afterEach(() => void vi.stubGlobal('matchMedia', reducedMotion));

it('returns the focus when it closes, also with transitions', async () => {
  vi.stubGlobal('matchMedia', (query: string) => ({ ...reducedMotion(query), matches: false }));
  const nothing = () => undefined;
  const { user } = renderPage(
    <MantineProvider theme={mantineTheme} env="default">
      <button type="button">Where the focus was</button>
      <Palette refresh={nothing} refreshAll={nothing} showShortcuts={nothing} />
    </MantineProvider>,
  );
  const button = screen.getByRole('button', { name: 'Where the focus was' });
  act(() => button.focus());
  act(() => palette.open());
  const field = await screen.findByLabelText(/^Search images/);
  await waitFor(() => expect(document.activeElement).toBe(field));
  await user.keyboard('{Escape}');
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(document.activeElement).toBe(button);
});
