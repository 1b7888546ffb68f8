import { expect, it } from 'vitest';
import { placesSummary } from './image-place-texts.ts';

it('describes where an image is', () => {
  expect(placesSummary({ cached: 12, queued: 1, unknown: 0, hosts: 64 })).toBe('cached on 12, queued on 1 of 64 hosts');
  expect(placesSummary({ cached: 0, queued: 1, unknown: 2, hosts: 1 })).toBe('queued on 1 of 1 host');
  expect(placesSummary({ cached: 0, queued: 0, unknown: 0, hosts: 4 })).toBe('cached nowhere');
  expect(placesSummary({ cached: 0, queued: 0, unknown: 2, hosts: 4 })).toBe('cached nowhere, unknown on 2');
});
