import { screen } from '@testing-library/react';
import { expect, it } from 'vitest';
import { noHostTotals } from '../../../electron/contract/fleet.ts';
import type { Capabilities, MaintenanceMethod } from '../../../electron/contract/hosts.ts';
import type { CachedImage } from '../../../electron/contract/images.ts';
import { renderPage } from '../../testing/render.tsx';
import { sampleHost } from '../../testing/sample-state.ts';
import { capabilitiesLine, HostUsage, pruneEstimate } from './host-usage.tsx';

const can = { can: true, how: 'cacheApi' } as const;
const capabilities: Capabilities = {
  dialect: 'cacheApi',
  versions: ['2.16'],
  apiVersion: '2.16',
  release: '25',
  fetch: 'atOnce',
  abilities: { list: can, queue: can, delete: can, clear: can, prune: can, clean: can },
};
const open = (method: MaintenanceMethod['method']): MaintenanceMethod => ({ method, usable: true });
const closed = (method: MaintenanceMethod['method']): MaintenanceMethod => ({
  method,
  usable: false,
  reason: 'Why.',
  remedy: 'How.',
});

it('says by which method a host is pruned and cleaned, and what is missing where there is none', () => {
  const line = (prune: MaintenanceMethod[], clean: MaintenanceMethod[]) =>
    capabilitiesLine(capabilities, { prune, clean, prefetch: [] });
  expect(line([open('native'), open('delete')], [open('native')])).toBe(
    'API 2.16 · fetches immediately · prune and clean via API',
  );
  expect(line([closed('native'), open('delete')], [closed('native')])).toBe(
    'API 2.16 · fetches immediately · prune by individual deletion · clean needs SSH',
  );
  expect(line([closed('native'), closed('delete')], [closed('native')])).toContain('prune needs its limit or SSH');
  expect(line([closed('native'), open('ssh')], [closed('native'), open('ssh')])).toContain('prune and clean over SSH');
});

const image = (sizeBytes: number | null, lastAccessed: number | null): CachedImage => ({
  imageId: `${sizeBytes} ${lastAccessed}`,
  sizeBytes,
  lastAccessed,
  hits: 0,
  lastModified: 0,
  catalogStatus: 'known',
  description: null,
});

it('removes the least recently accessed images until the rest is within the limit', () => {
  // Measured: 5 images of 2 MB, limit 5 MB, two of them read recently. The three others are removed.
  const cached = [image(2, 50), image(2, 10), image(2, 40), image(2, 20), image(2, 30)];
  expect(pruneEstimate(cached, 5)).toEqual({ images: 3, bytes: 6 });
});

it('removes nothing within the limit, and images that were never read first', () => {
  expect(pruneEstimate([image(5, 1)], 5)).toEqual({ images: 0, bytes: 0 });
  expect(pruneEstimate([image(3, 9), image(4, null)], 3)).toEqual({ images: 1, bytes: 4 });
});

/** What is said of a host that has these images cached. */
function usageOf(cached: CachedImage[], limitBytes: number | null): string {
  const sizeBytes = cached.reduce((sum, one) => sum + (one.sizeBytes ?? 0), 0);
  const unsized = cached.filter((one) => one.sizeBytes === null).length;
  const host = sampleHost('a', {
    limitBytes,
    totals: { ...noHostTotals(), cachedImages: cached.length, sizeBytes, unsized },
  });
  const { container } = renderPage(<HostUsage host={host} cached={cached} />, {
    procedures: { 'trends.host': () => new Promise(() => undefined) },
  });
  return container.textContent ?? '';
}

const kib = 1_024;

it('does not take the images of unknown size for empty', () => {
  const text = usageOf([image(kib, 2), image(null, 1)], 4 * kib);
  expect(text).toContain('≥ 1.00 KiBof 4.00 KiB, at most 3.00 KiB free.');
  expect(text).toContain('Prune size not available.');
  expect(text).toContain('Not counted: 1 image of unknown size.');
  expect(screen.getByTitle('1,024 bytes and 1 image of unknown size')).toBeDefined();
});

it('says what pruning removes at least where sizes are unknown', () => {
  expect(usageOf([image(4 * kib, 2), image(null, 1)], 3 * kib)).toContain(
    'A prune would delete 2 least recently used images, ≥ 4.00 KiB.',
  );
});

it('says that no size is known', () => {
  expect(usageOf([image(null, 1)], null)).toContain('unknown sizein 1 image.');
  expect(usageOf([image(kib, 1)], 4 * kib)).not.toContain('unknown');
});
