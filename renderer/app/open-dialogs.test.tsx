import { screen } from '@testing-library/react';
import { expect, it } from 'vitest';
import { openDialog } from '../lib/dialog-store.ts';
import { renderPage } from '../testing/render.tsx';
import { OpenDialogs } from './open-dialogs.tsx';

it('returns the focus to the button that opened the dialog of an action', async () => {
  const { user } = renderPage(
    <>
      <button type="button" onClick={() => openDialog({ kind: 'prune', hostIds: [] })}>
        Prune…
      </button>
      <OpenDialogs />
    </>,
  );
  const button = screen.getByRole('button', { name: 'Prune…' });
  await user.click(button);
  expect(await screen.findByRole('dialog', { name: 'Prune' })).toBeDefined();
  await user.keyboard('{Escape}');
  expect(screen.queryByRole('dialog')).toBeNull();
  expect(document.activeElement).toBe(button);
});
