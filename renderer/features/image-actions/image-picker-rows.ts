import { formatCount } from '../../../electron/contract/counts.ts';
import type { HostImages } from '../../../electron/contract/fleet.ts';
import type { HostId } from '../../../electron/contract/hosts.ts';
import type { CatalogueImage, ImageId } from '../../../electron/contract/images.ts';
import { naturalKey } from '../../components/table/table-sort.ts';
import { filterByText } from '../../lib/text-filter.ts';
import type { ImagesOfHosts } from './use-images-of-hosts.ts';

/**
 * An image that can be chosen, with the number of chosen hosts that have it cached or queued, and of those that can have it:
 * the hosts whose image service has the image.
 */
export type PickerRow = {
  id: ImageId;
  name: string | null;
  sizeBytes: number | null;
  /** Undefined for a pasted id that the catalogue does not have. */
  image: CatalogueImage | undefined;
  cachedOn: number;
  queuedOn: number;
  hosts: number;
  /** The region of the image; empty if the chosen hosts are of one. */
  region: string;
  /** Why the image cannot be chosen; undefined if it can. */
  locked: string | undefined;
};

/** The number of hosts that have each image cached, and that have it queued. */
function countHostsByImage(hosts: readonly HostImages[]): {
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

/** Why an image cannot be queued on the chosen hosts; undefined if it can. */
function whyLocked(image: CatalogueImage | undefined, cachedOn: number, queuedOn: number, hosts: number) {
  if (image && image.status !== 'active') return `Only active images can be cached. Status: ${image.status}.`;
  if (hosts === 0 || cachedOn + queuedOn < hosts) return undefined;
  const where = hosts === 1 ? 'on the host' : `on all ${formatCount(hosts)} hosts`;
  if (queuedOn === 0) return `Already cached ${where}.`;
  if (cachedOn === 0) return `Already queued ${where}. Queueing it again may corrupt served data.`;
  return `Already cached or queued ${where}.`;
}

function byName(catalogue: readonly CatalogueImage[]): readonly CatalogueImage[] {
  const keyed = catalogue.map((image) => ({ image, key: naturalKey(image.name ?? image.id) }));
  return keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)).map(({ image }) => image);
}

type PickerRegions = Pick<ImagesOfHosts, 'hostsWith' | 'regionOf'>;
const oneRegion: PickerRegions = { hostsWith: (_, hostIds) => hostIds, regionOf: () => '' };

/** The images to choose from: first the pasted ids that the catalogue does not have, then its images by name. */
export function pickerRows(
  catalogue: readonly CatalogueImage[],
  pasted: readonly ImageId[],
  hostIds: readonly HostId[],
  known: readonly HostImages[],
  { hostsWith, regionOf }: PickerRegions = oneRegion,
): PickerRow[] {
  const { cached, queued } = countHostsByImage(known);
  const row = (id: ImageId, image: CatalogueImage | undefined): PickerRow => {
    const cachedOn = cached.get(id) ?? 0;
    const queuedOn = queued.get(id) ?? 0;
    const hosts = hostsWith(id, hostIds).length;
    return {
      id,
      name: image?.name ?? null,
      sizeBytes: image?.sizeBytes ?? null,
      image,
      cachedOn,
      queuedOn,
      hosts,
      region: regionOf(id),
      locked: whyLocked(image, cachedOn, queuedOn, hosts),
    };
  };
  const ids = new Set(catalogue.map(({ id }) => id));
  return [
    ...pasted.filter((id) => !ids.has(id)).map((id) => row(id, undefined)),
    ...byName(catalogue).map((image) => row(image.id, image)),
  ];
}

const fieldsOf = ({ id, name, region, image }: PickerRow) => [name, id, region, image?.diskFormat, image?.status];

/** The rows that contain every word of a text. Commas and semicolons separate words too, as in pasted lists. */
export function filterPickerRows(rows: readonly PickerRow[], text: string): readonly PickerRow[] {
  return filterByText(rows, text.replace(/[,;]+/g, ' '), fieldsOf);
}
