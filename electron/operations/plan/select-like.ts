import { ExpectedFailure } from '../../contract/failure.ts';
import type { HostId } from '../../contract/hosts.ts';
import type { CachedImage } from '../../contract/images.ts';
import type { Selected, Selection } from '../../contract/operations.ts';
import { plural } from '../../lib/text.ts';
import { lookAtHosts, readCatalogue, type Scene } from './ground.ts';
import { type CatalogueLook, type HostLook, has, tells } from './look.ts';

type Like = Extract<Selection, { kind: 'like' }>;

/**
 * What one host has cached that another has neither cached nor queued, and can be queued there: the most read first.
 * Throws `invalidInput` where both are one host, `notFound` where the console does not have one of them.
 */
export async function selectLike({ from, to }: Like, scene: Scene): Promise<Selected> {
  if (from === to) {
    throw new ExpectedFailure({
      code: 'invalidInput',
      message: 'A host is like itself already.',
      remedy: 'Choose another host to take the images from.',
    });
  }
  const looks = await lookAtHosts(new Set([from, to]), scene);
  const source = found(looks, from);
  const target = found(looks, to);
  const notes = notesOf([source, target]);
  if (!tells(source) || !tells(target)) return { targets: [], images: 0, bytes: 0, unmatched: [], notes };
  const catalogue = await readCatalogue(target.summary.cloudId, scene);
  const missing = [...source.cached.values()].filter(({ imageId }) => !has(target, imageId)).sort(byUse);
  const left = { orphan: 0, foreign: 0, inactive: 0 };
  const targets: Selected['targets'] = [];
  let bytes = 0;
  for (const image of missing) {
    const why = whyNot(image, catalogue, source.summary.cloudId === target.summary.cloudId);
    if (why) {
      left[why] += 1;
      continue;
    }
    targets.push({ hostId: to, imageId: image.imageId });
    bytes += catalogue.images.get(image.imageId)?.sizeBytes ?? image.sizeBytes;
  }
  return {
    targets,
    images: targets.length,
    bytes,
    unmatched: [],
    notes: [...notes, ...leftOut(left, target, catalogue)],
  };
}

function found(looks: ReadonlyMap<HostId, HostLook>, hostId: HostId): HostLook {
  const look = looks.get(hostId);
  if (look) return look;
  throw new ExpectedFailure({
    code: 'notFound',
    message: 'One of the two hosts is not in the console any more.',
    remedy: 'Choose among the hosts that are.',
  });
}

/** The most read first, of these the latest read: so a fetch that is cut short has brought the best. */
function byUse(one: CachedImage, other: CachedImage): number {
  return other.hits - one.hits || (other.lastAccessed ?? 0) - (one.lastAccessed ?? 0);
}

/** Why an image cannot be queued on the target; `undefined` where it can, or where only the host will tell. */
function whyNot(image: CachedImage, { images, read, failure }: CatalogueLook, sameCloud: boolean) {
  const known = images.get(image.imageId);
  if (known) return known.status === 'active' ? undefined : 'inactive';
  if (sameCloud && image.standing === 'orphan') return 'orphan';
  return read && !failure ? 'foreign' : undefined;
}

function notesOf(looks: readonly HostLook[]): string[] {
  return looks.flatMap((look) => {
    const { name } = look.summary;
    if (!tells(look)) return [`What is cached on ${name} is not known, so the two cannot be compared.`];
    return look.failure ? [`${name} is down, so taken as last seen.`] : [];
  });
}

function leftOut(
  left: { orphan: number; foreign: number; inactive: number },
  { summary }: HostLook,
  { read, failure }: CatalogueLook,
): string[] {
  const notes: string[] = [];
  if (left.orphan > 0) notes.push(`Left out: ${plural(left.orphan, 'orphan')}, which Glance itself no longer has.`);
  if (left.foreign > 0) {
    notes.push(
      `Left out: ${plural(left.foreign, 'image')} not in the image catalogue of ${summary.name}, or not visible to this login.`,
    );
  }
  if (left.inactive > 0) {
    notes.push(`Left out: ${plural(left.inactive, 'image')} not active: Glance caches active images only.`);
  }
  if (!read || failure)
    notes.push('The image catalogue could not be read anew: whether each image is there, the host will tell.');
  return notes;
}
