import { fireEvent, screen } from '@testing-library/react';
import { expect, it } from 'vitest';
import { HostNameLink, ImageLink } from '../components/entity-link.tsx';
import { renderPage } from '../testing/render.tsx';
import { sampleHost } from '../testing/sample-state.ts';
import { RowMenu } from './row-menu.tsx';

function Page() {
  return (
    <>
      <table>
        <tbody>
          <tr>
            <td>
              <ImageLink imageId="i-1" name="ubuntu" />
            </td>
            <td>
              <HostNameLink hostId="a" name="glance-01" />
            </td>
            <td>42 hits</td>
          </tr>
        </tbody>
      </table>
      <p>Elsewhere</p>
      <RowMenu />
    </>
  );
}
const state = { hosts: [sampleHost('a', { name: 'glance-01', address: 'http://glance-01:9292' })] };

it('opens the subject of a row, and copies its id and the commands', async () => {
  const { user, address } = renderPage(<Page />, { state });
  fireEvent.contextMenu(screen.getByText('42 hits'));
  await user.click(await screen.findByRole('menuitem', { name: 'Copy ID' }));
  expect(await navigator.clipboard.readText()).toBe('i-1');
  fireEvent.contextMenu(screen.getByText('42 hits'));
  await user.click(await screen.findByRole('menuitem', { name: /^Copy as glance command: delete/ }));
  expect(await navigator.clipboard.readText()).toBe('glance --os-image-url http://glance-01:9292 cache-delete i-1');
  fireEvent.contextMenu(screen.getByText('42 hits'));
  await user.click(await screen.findByRole('menuitem', { name: 'Open glance-01' }));
  expect(address()).toBe('/host/a');
});

it('leaves the menu of the browser where a row has none, and with Shift', () => {
  renderPage(<Page />, { state });
  expect(fireEvent.contextMenu(screen.getByText('Elsewhere'))).toBe(true);
  expect(fireEvent.contextMenu(screen.getByText('42 hits'), { shiftKey: true })).toBe(true);
});
