import { screen } from '@testing-library/react';
import { expect, it } from 'vitest';
import { actionKind } from '../../../../electron/contract/operations.ts';
import { renderPage } from '../../../testing/render.tsx';
import { actionLabels } from '../operation-labels.ts';
import { planned, planOf } from '../testing/plan-samples.ts';
import { RetryDialog } from './planned-dialog.tsx';

it.each(actionKind.options)('names the action while the plan of the retry is loading: %s', async (kind) => {
  renderPage(<RetryDialog operation={{ id: 'operation', kind }} wholeHosts={() => null} />);
  const title = ['prune', 'clean', 'clear'].includes(kind) ? 'again' : 'retry failed';
  expect(await screen.findByRole('dialog', { name: new RegExp(`^${actionLabels[kind]}:? ${title}$`) })).toBeTruthy();
  expect(screen.getByRole('button', { name: actionLabels[kind] })).toBeTruthy();
});

it('plans exactly the failed images of a deletion again, and names their hosts', async () => {
  const targets = [{ hostId: 'glance-02', imageId: 'one' }];
  renderPage(<RetryDialog operation={{ id: 'operation', kind: 'delete' }} wholeHosts={() => 'never'} />, {
    procedures: {
      'operations.retryFailed': () =>
        planOf({ kind: 'delete', targets }, [
          planned('glance-02', { imageId: 'one', expected: { images: 1, bytes: 9 } }),
        ]),
    },
  });
  await screen.findByRole('dialog', { name: 'Delete from cache of glance-02: retry failed' });
  screen.getByRole('button', { name: 'Delete 1 image' });
});

it('leaves whole hosts that failed to the dialog of the action, with their methods', async () => {
  renderPage(
    <RetryDialog operation={{ id: 'operation', kind: 'prune' }} wholeHosts={(action) => JSON.stringify(action)} />,
    {
      procedures: {
        'operations.retryFailed': () =>
          planOf({ kind: 'prune', hostIds: ['glance-02'], methods: { 'glance-02': 'delete' } }, [planned('glance-02')]),
      },
    },
  );
  expect(await screen.findByText(/"hostIds":\["glance-02"\],"methods":\{"glance-02":"delete"\}/)).toBeTruthy();
});
