import { screen } from '@testing-library/react';
import { expect, it } from 'vitest';
import { noHostTotals } from '../../../electron/contract/fleet.ts';
import type { MaintenanceMethod } from '../../../electron/contract/hosts.ts';
import type { CachedImage } from '../../../electron/contract/images.ts';
import { renderPage } from '../../testing/render.tsx';
import { sampleCapabilities, sampleHost } from '../../testing/sample-state.ts';
import { capabilitiesLine, HostUsage } from './host-usage.tsx';

const open = (method: MaintenanceMethod['method']): MaintenanceMethod => ({ method, usable: true });
const closed = (method: MaintenanceMethod['method']): MaintenanceMethod => ({
  method,
  usable: false,
  reason: 'Why.',
  remedy: 'How.',
});

it('shows the method by which a host is pruned and cleaned, or what is missing', () => {
  const line = (prune: MaintenanceMethod[], clean: MaintenanceMethod[]) =>
    capabilitiesLine(sampleCapabilities, { prune, clean, prefetch: [] });
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

/** The text about a host with these cached images. */
function usageOf(cached: CachedImage[], limitBytes: number | null, prunedBy = open('native')): string {
  const sizeBytes = cached.reduce((sum, one) => sum + (one.sizeBytes ?? 0), 0);
  const unsized = cached.filter((one) => one.sizeBytes === null).length;
  const host = sampleHost('a', {
    limitBytes,
    maintenance: { prune: [prunedBy], clean: [], prefetch: [] },
    totals: { ...noHostTotals(), cachedImages: cached.length, sizeBytes, unsized },
  });
  const { container } = renderPage(<HostUsage host={host} cached={cached} />, {
    procedures: { 'trends.host': () => new Promise(() => undefined) },
  });
  return container.textContent ?? '';
}

const kib = 1_024;

it('does not count images of unknown size as empty', () => {
  const text = usageOf([image(kib, 2), image(null, 1)], 4 * kib);
  expect(text).toContain('≥ 1.00 KiBof 4.00 KiB, at most 3.00 KiB free.');
  expect(text).toContain('Prune size not available.');
  expect(text).toContain('Not counted: 1 image of unknown size.');
  expect(screen.getByTitle('1,024 bytes and 1 image of unknown size')).toBeDefined();
});

it('shows the minimum that pruning removes if sizes are unknown', () => {
  expect(usageOf([image(4 * kib, 2), image(null, 1)], 3 * kib)).toContain(
    'A prune would delete 2 least recently used images, ≥ 4.00 KiB.',
  );
});

it('leaves images of unknown size out of a prune by deletion', () => {
  expect(usageOf([image(4 * kib, 2), image(null, 1)], 3 * kib, open('delete'))).toContain(
    'A prune would delete 1 least recently used image, 4.00 KiB.',
  );
});

it('marks an unknown size', () => {
  expect(usageOf([image(null, 1)], null)).toContain('unknown sizein 1 image.');
  expect(usageOf([image(kib, 1)], 4 * kib)).not.toContain('unknown');
});
