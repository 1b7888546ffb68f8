import { screen } from '@testing-library/react';
import { expect, it } from 'vitest';
import { renderPage } from '../testing/render.tsx';
import { sampleHost } from '../testing/sample-state.ts';
import { HostNameLink, ImageLink } from './entity-link.tsx';

it('links a host of the console, and shows only the name of one that was removed', async () => {
  const { user, address } = renderPage(
    <>
      <HostNameLink hostId="a" name="glance-01" />
      <HostNameLink hostId="gone" name="glance-09" />
    </>,
    { state: { hosts: [sampleHost('a')] } },
  );
  expect(screen.queryByRole('link', { name: 'glance-09' })).toBeNull();
  await user.click(screen.getByRole('link', { name: 'glance-01' }));
  expect(address()).toBe('/host/a');
});

it('links an image by its name, by its replacement for a missing name, or by its id', async () => {
  const { user, address } = renderPage(
    <>
      <ImageLink imageId="i1" name="ubuntu" />
      <ImageLink imageId="i2" name={null} unnamed="(no name)" />
      <ImageLink imageId="i/3" name={null} />
    </>,
  );
  for (const [name, path] of [
    ['ubuntu', '/image/i1'],
    ['(no name)', '/image/i2'],
    ['i/3', '/image/i%2F3'],
  ] as const) {
    await user.click(screen.getByRole('link', { name }));
    expect(address()).toBe(path);
  }
});
