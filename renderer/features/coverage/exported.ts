import type { ExportColumn } from '../../lib/csv.ts';
import { cellOf, type GridHost, type GridImage } from './model.ts';
import { cellWords } from './words.ts';

/** The grid as a file: a line an image, with a column a host. What a host that is down had is marked as the past. */
export function exportOf(hosts: readonly GridHost[], setNames: ReadonlyMap<string, string>): ExportColumn<GridImage>[] {
  const names = new Map<string, number>();
  for (const { name } of hosts) names.set(name, (names.get(name) ?? 0) + 1);
  return [
    { name: 'image_id', value: ({ image }) => image.imageId },
    { name: 'name', value: ({ image }) => image.name },
    { name: 'standing', value: ({ image }) => image.standing },
    { name: 'status', value: ({ image }) => image.status },
    { name: 'visibility', value: ({ visibility }) => visibility },
    { name: 'tags', value: ({ tags }) => tags.join(' ') },
    { name: 'golden_sets', value: ({ golden }) => golden.map((id) => setNames.get(id) ?? id).join(', ') },
    { name: 'size_bytes', value: ({ image }) => image.sizeBytes },
    { name: 'hits', value: ({ image }) => image.hits },
    {
      name: 'last_accessed',
      value: ({ image }) => (image.lastAccessed === null ? null : new Date(image.lastAccessed).toISOString()),
    },
    { name: 'cached_on', value: ({ counts }) => counts.cached },
    { name: 'queued_on', value: ({ counts }) => counts.queued },
    { name: 'missing_on', value: ({ counts }) => counts.missing },
    { name: 'unknown_on', value: ({ counts }) => counts.unknown },
    ...hosts.map((host) => ({
      name: (names.get(host.name) ?? 0) > 1 ? `${host.name} (${host.cloud} ${host.hostId})` : host.name,
      value: ({ image }: GridImage) => {
        const cell = cellOf(image, host);
        if (host.reading === 'current' || cell === '?' || cell === '-') return cellWords[cell];
        return `unknown, was ${cellWords[cell]}`;
      },
    })),
  ];
}
