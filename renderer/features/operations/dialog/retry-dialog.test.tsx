import { screen } from '@testing-library/react';
import { expect, it } from 'vitest';
import { actionKind } from '../../../../electron/contract/operations.ts';
import { renderPage } from '../../../testing/render.tsx';
import { actionLabels } from '../operation-labels.ts';
import { RetryDialog } from './planned-dialog.tsx';

it.each(actionKind.options)('names the action while no plan of the retry is there: %s', async (kind) => {
  renderPage(<RetryDialog operation={{ id: 'operation', kind }} />);
  expect(await screen.findByRole('dialog', { name: `${actionLabels[kind]}: try the failed again` })).toBeTruthy();
  expect(screen.getByRole('button', { name: actionLabels[kind] })).toBeTruthy();
});
