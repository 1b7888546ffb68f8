import type { HostImages } from '../../../electron/contract/fleet.ts';
import type { HostId } from '../../../electron/contract/hosts.ts';
import type { CatalogueImage, ImageId } from '../../../electron/contract/images.ts';
import { naturalKey } from '../../components/table/table-columns.ts';
import { formatCount } from '../../lib/format.ts';

/** An image to choose, and where it stands on the chosen hosts. */
export type PickerRow = {
  id: ImageId;
  name: string | null;
  sizeBytes: number | null;
  /** Undefined for an id that was pasted and is not in the catalogue. */
  image: CatalogueImage | undefined;
  cachedOn: number;
  queuedOn: number;
  hosts: number;
  /** Why it cannot be chosen; undefined where it can. */
  locked: string | undefined;
};

/** How many of some hosts have each image cached, and queued. */
export function countHostsByImage(hosts: readonly HostImages[]): {
  cached: Map<ImageId, number>;
  queued: Map<ImageId, number>;
} {
  const cached = new Map<ImageId, number>();
  const queued = new Map<ImageId, number>();
  for (const host of hosts) {
    for (const { imageId: id } of host.cached) cached.set(id, (cached.get(id) ?? 0) + 1);
    for (const { imageId: id } of host.queued) queued.set(id, (queued.get(id) ?? 0) + 1);
  }
  return { cached, queued };
}

function lockOf(image: CatalogueImage | undefined, cachedOn: number, queuedOn: number, hosts: number) {
  if (image && image.status !== 'active') return `Only active images can be cached: this one is ${image.status}.`;
  if (hosts === 0 || cachedOn + queuedOn < hosts) return undefined;
  const where = hosts === 1 ? 'there' : `on all ${formatCount(hosts)} hosts`;
  if (queuedOn === 0) return `It is cached ${where} already.`;
  if (cachedOn === 0) return `It is queued ${where} already: queueing it again may corrupt what is served.`;
  return `It is cached or queued ${where} already.`;
}

function byName(catalogue: readonly CatalogueImage[]): readonly CatalogueImage[] {
  const keyed = catalogue.map((image) => ({ image, key: naturalKey(image.name ?? image.id) }));
  return keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)).map(({ image }) => image);
}

/** The catalogue's images to choose from, by name, after the ids that were pasted and are not in it. */
export function pickerRows(
  catalogue: readonly CatalogueImage[],
  pasted: readonly ImageId[],
  hostIds: readonly HostId[],
  known: readonly HostImages[],
): PickerRow[] {
  const { cached, queued } = countHostsByImage(known);
  const row = (id: ImageId, image: CatalogueImage | undefined): PickerRow => {
    const cachedOn = cached.get(id) ?? 0;
    const queuedOn = queued.get(id) ?? 0;
    const hosts = hostIds.length;
    return {
      id,
      name: image?.name ?? null,
      sizeBytes: image?.sizeBytes ?? null,
      image,
      cachedOn,
      queuedOn,
      hosts,
      locked: lockOf(image, cachedOn, queuedOn, hosts),
    };
  };
  const ids = new Set(catalogue.map(({ id }) => id));
  return [
    ...pasted.filter((id) => !ids.has(id)).map((id) => row(id, undefined)),
    ...byName(catalogue).map((image) => row(image.id, image)),
  ];
}

/** The rows whose name or id holds every word of a text, or whose id is one of those pasted into it. */
export function filterPickerRows(rows: readonly PickerRow[], text: string): readonly PickerRow[] {
  const words = text
    .toLowerCase()
    .split(/[\s,;]+/)
    .filter((word) => word !== '');
  if (words.length === 0) return rows;
  return rows.filter(({ id, name, image }) => {
    const all = `${name ?? ''}\n${id}\n${image?.diskFormat ?? ''}\n${image?.status ?? ''}`.toLowerCase();
    return words.every((word) => all.includes(word));
  });
}
