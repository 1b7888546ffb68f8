import { Menu } from '@mantine/core';
import { act, screen, waitFor } from '@testing-library/react';
import { expect, it } from 'vitest';
import { type DialogRequest, openDialog } from '../lib/dialog-store.ts';
import { palette } from '../lib/palette-store.ts';
import { renderPage } from '../testing/render.tsx';
import { sampleCloud, sampleHost } from '../testing/sample-state.ts';
import { OpenDialogs } from './open-dialogs.tsx';
import { Palette } from './palette.tsx';

const hosts = ['a', 'b'].map((name) => sampleHost(name));
const hostIds = hosts.map(({ id }) => id);
const requests: { [Kind in DialogRequest['kind']]: DialogRequest & { kind: Kind } } = {
  queue: { kind: 'queue', hostIds },
  delete: { kind: 'delete', from: 'cache', targets: [{ hostId: 'a', imageId: 'i' }] },
  deleteImages: { kind: 'deleteImages', hostIds },
  clear: { kind: 'clear', hostIds },
  prune: { kind: 'prune', hostIds },
  clean: { kind: 'clean', hostIds },
  prefetch: { kind: 'prefetch', hostIds },
  action: { kind: 'action', action: { kind: 'queue', targets: [{ hostId: 'a', imageId: 'i' }] } },
  like: { kind: 'like', hostId: 'a' },
  retry: { kind: 'retry', operation: { id: 'o', kind: 'queue' } },
  findHosts: { kind: 'findHosts' },
  schedule: { kind: 'schedule', schedule: { what: 'import' } },
  unlock: { kind: 'unlock', cloudId: sampleCloud.id },
};

const state = { clouds: [sampleCloud], hosts };

/** Waits until the focus is in the dialog, and returns the element that has it. */
async function focusedIn(dialog: HTMLElement): Promise<Element> {
  await waitFor(() => expect(dialog.contains(document.activeElement)).toBe(true));
  return document.activeElement ?? document.body;
}

it.each(Object.values(requests))(
  'the dialog “$kind” does not focus its close button, and returns the focus to the button that opened it',
  async (request) => {
    const { user } = renderPage(
      <>
        <button type="button" onClick={() => openDialog(request)}>
          Open
        </button>
        <OpenDialogs />
      </>,
      { state },
    );
    const button = screen.getByRole('button', { name: 'Open' });
    await user.click(button);
    const dialog = await screen.findByRole('dialog');
    const focused = await focusedIn(dialog);
    const field = focused.matches('input, select, textarea');
    const safe = ['Cancel', 'Close', 'Back'].includes(focused.textContent ?? '');
    expect(focused.matches('header *')).toBe(false);
    expect(field || safe || dialog.querySelector('input, .dialog-footer') === null).toBe(true);
    await user.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(document.activeElement).toBe(button);
  },
);

it('returns the focus to the button of a menu whose entry opened the dialog', async () => {
  const { user } = renderPage(
    <>
      <Menu>
        <Menu.Target>
          <button type="button">More</button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => openDialog(requests.prune)}>Prune…</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <OpenDialogs />
    </>,
    { state },
  );
  const button = screen.getByRole('button', { name: 'More' });
  await user.click(button);
  await user.click(await screen.findByRole('menuitem', { name: 'Prune…' }));
  await focusedIn(await screen.findByRole('dialog', { name: /^Prune/ }));
  await user.keyboard('{Escape}');
  expect(document.activeElement).toBe(button);
});

it('returns the focus to where it was before the palette, if an action of the palette opened the dialog', async () => {
  const { user } = renderPage(
    <>
      <button type="button">Before</button>
      <Palette refresh={() => undefined} refreshAll={() => undefined} showShortcuts={() => undefined} />
      <OpenDialogs />
    </>,
    { state },
  );
  const button = screen.getByRole('button', { name: 'Before' });
  act(() => button.focus());
  act(() => palette.open());
  await user.type(await screen.findByRole('textbox', { name: /^Search/ }), 'prune');
  await user.click(await screen.findByRole('button', { name: /^Prune…/ }));
  await focusedIn(await screen.findByRole('dialog', { name: /^Prune/ }));
  await user.keyboard('{Escape}');
  await waitFor(() => expect(document.activeElement).toBe(button));
});

it('the palette itself returns the focus', async () => {
  const { user } = renderPage(
    <>
      <button type="button">Before</button>
      <Palette refresh={() => undefined} refreshAll={() => undefined} showShortcuts={() => undefined} />
    </>,
    { state },
  );
  const button = screen.getByRole('button', { name: 'Before' });
  act(() => button.focus());
  act(() => palette.open());
  await user.type(await screen.findByRole('textbox', { name: /^Search/ }), 'x{Escape}');
  await waitFor(() => expect(document.activeElement).toBe(button));
});

it('moves the focus to the rest of the page if the button is gone', async () => {
  function Page({ gone }: { gone: boolean }) {
    return (
      <main tabIndex={-1}>
        <input aria-label="Filter" />
        {gone ? null : (
          <button type="button" onClick={() => openDialog(requests.prune)}>
            Prune…
          </button>
        )}
        <OpenDialogs />
      </main>
    );
  }
  const { user, rerender } = renderPage(<Page gone={false} />, { state });
  await user.click(screen.getByRole('textbox', { name: 'Filter' }));
  await user.click(screen.getByRole('button', { name: 'Prune…' }));
  await focusedIn(await screen.findByRole('dialog'));
  rerender(<Page gone />);
  await user.keyboard('{Escape}');
  expect(document.activeElement).toBe(screen.getByRole('textbox', { name: 'Filter' }));
});
