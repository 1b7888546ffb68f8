import type { CatalogueImage } from '../../../electron/contract/images.ts';
import type { Catalogued } from '../../../electron/contract/search.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { formatBytes, formatExact } from '../../lib/format.ts';

type Fact = { name: string; value: string };

/** What a catalogue has of an image, exactly. */
export function factsOf(image: CatalogueImage): Fact[] {
  const time = (at: number | null) => (at === null ? '–' : formatExact(at));
  const facts = [
    { name: 'Name', value: image.name || '–' },
    { name: 'Id', value: image.id },
    { name: 'Status', value: image.status },
    { name: 'Size', value: image.sizeBytes === null ? '–' : formatBytes(image.sizeBytes) },
    { name: 'Disk format', value: image.diskFormat ?? '–' },
    { name: 'Container format', value: image.containerFormat ?? '–' },
    { name: 'Visibility', value: image.hidden ? `${image.visibility ?? '–'}, hidden` : (image.visibility ?? '–') },
    { name: 'Owner', value: image.owner ?? '–' },
    { name: 'Created', value: time(image.createdAt) },
    { name: 'Updated', value: time(image.updatedAt) },
    { name: 'Tags', value: image.tags.length === 0 ? '–' : image.tags.join(', ') },
  ];
  const properties = Object.entries(image.properties).map(([name, value]) => ({ name, value }));
  return [...facts, ...properties];
}

type Props = { entries: Catalogued['entries']; clouds: ReadonlyMap<string, string>; known: boolean };

/** What the catalogue of each cloud that has the image tells of it. */
export function ImageFacts({ entries, clouds, known }: Props) {
  if (entries.length === 0) {
    return (
      <div className="panel">
        <EmptyState title={known ? 'No catalogue has this image' : 'Looking it up'}>
          {known
            ? 'Glance no longer has it, or this login may not see it. What hosts still have of it can only be deleted.'
            : null}
        </EmptyState>
      </div>
    );
  }
  return (
    <div className="image-facts">
      {entries.map(({ cloudId, image }) => (
        <section key={cloudId} className="panel" aria-label={`In ${clouds.get(cloudId) ?? cloudId}`}>
          {entries.length > 1 ? <h2>{clouds.get(cloudId) ?? cloudId}</h2> : null}
          <dl className="facts">
            {factsOf(image).map(({ name, value }) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </div>
  );
}
