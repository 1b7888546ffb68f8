import { ExpectedFailure } from '../../contract/failure.ts';
import type { HostId } from '../../contract/hosts.ts';
import { isIdle, isNeverHit, isOrphan, lastUsed } from '../../contract/image-rules.ts';
import type { CachedImage, ImageId } from '../../contract/images.ts';
import { type ImageTarget, mostTargets, type Selected, type Selection } from '../../contract/operations.ts';
import { formatCount, plural } from '../../lib/text.ts';
import { lookAtHosts, readCatalogue, type Scene } from './ground.ts';
import { type CatalogueLook, type HostLook, has, tells } from './look.ts';
import { readPastedImages } from './pasted-images.ts';
import { selectLike } from './select-like.ts';

const mostUnmatched = 10_000;
const unread: CatalogueLook = { images: new Map(), read: false, failure: null };

/**
 * Which images on which hosts a selection means, as the hosts were last seen; a host whose list is old is asked anew.
 * Throws `invalidInput` when that is more than one action may have.
 */
export async function select(selection: Selection, scene: Scene): Promise<Selected> {
  if (selection.kind === 'like') return selectLike(selection, scene);
  const wanted = new Set(selection.hostIds);
  const found = [...(await lookAtHosts(wanted, scene)).values()];
  const looks = found.filter(({ summary }) => selection.kind !== 'pasted' || summary.cloudId === selection.cloudId);
  const notes = notesOf(wanted, found, looks);
  const { targets, more = [], unmatched = [] } = await match(selection, looks, scene);
  if (targets.length > mostTargets) throw tooMany(targets.length);
  return {
    targets,
    ...sums(
      targets,
      looks,
      'for' in selection && selection.for === 'queue' ? await catalogues(looks, scene) : undefined,
    ),
    unmatched: unmatched.slice(0, mostUnmatched),
    notes: [...notes, ...more].slice(0, 50).map((note) => note.slice(0, 1_000)),
  };
}

type Matched = { targets: ImageTarget[]; more?: string[]; unmatched?: Selected['unmatched'] };

async function match(
  selection: Exclude<Selection, { kind: 'like' }>,
  looks: readonly HostLook[],
  scene: Scene,
): Promise<Matched> {
  switch (selection.kind) {
    case 'pasted': {
      const catalogue = await readCatalogue(selection.cloudId, scene);
      const { imageIds, unmatched, notes } = readPastedImages(selection, looks, catalogue);
      return { targets: targetsFor(selection.for, imageIds, looks), more: notes, unmatched };
    }
    case 'images':
      return { targets: targetsFor(selection.for, new Set(selection.imageIds), looks) };
    case 'orphans':
      return { targets: cachedWhere(looks, isOrphan), more: orphanNotes(looks) };
    case 'neverHit':
      return { targets: cachedWhere(looks, (image) => isNeverHit(image, scene.now)) };
    case 'idle':
      return {
        targets: cachedWhere(looks, (image) => isIdle(image, scene.now, selection.days)),
        more: idleNotes(looks),
      };
  }
}

function cachedWhere(looks: readonly HostLook[], is: (image: CachedImage) => boolean): ImageTarget[] {
  const targets: ImageTarget[] = [];
  for (const { summary, cached } of looks) {
    for (const image of cached.values()) if (is(image)) targets.push({ hostId: summary.id, imageId: image.imageId });
  }
  return targets;
}

/** To queue, on every host; to delete, where they are or may be: the plan then says why nothing can be done there. */
function targetsFor(
  purpose: 'queue' | 'delete',
  imageIds: ReadonlySet<ImageId>,
  looks: readonly HostLook[],
): ImageTarget[] {
  if (imageIds.size * looks.length > 50 * mostTargets) throw tooMany(imageIds.size * looks.length);
  const targets: ImageTarget[] = [];
  for (const look of looks) {
    for (const imageId of imageIds) {
      if (purpose === 'queue' || has(look, imageId) || !tells(look)) targets.push({ hostId: look.summary.id, imageId });
    }
  }
  return targets;
}

async function catalogues(looks: readonly HostLook[], scene: Scene) {
  const clouds = new Set(looks.map(({ summary }) => summary.cloudId));
  return new Map(await Promise.all([...clouds].map(async (id) => [id, await readCatalogue(id, scene)] as const)));
}

/** Different images, and the bytes that are cached of them or, where catalogues are given, would be fetched. */
function sums(
  targets: readonly ImageTarget[],
  looks: readonly HostLook[],
  toFetch: Awaited<ReturnType<typeof catalogues>> | undefined,
): Pick<Selected, 'images' | 'bytes'> {
  const byHost = new Map<HostId, HostLook>(looks.map((look) => [look.summary.id, look]));
  let bytes = 0;
  for (const { hostId, imageId } of targets) {
    const look = byHost.get(hostId);
    if (!look) continue;
    if (!toFetch) bytes += look.cached.get(imageId)?.sizeBytes ?? 0;
    else if (!has(look, imageId)) {
      bytes += (toFetch.get(look.summary.cloudId) ?? unread).images.get(imageId)?.sizeBytes ?? 0;
    }
  }
  return { images: new Set(targets.map(({ imageId }) => imageId)).size, bytes };
}

function notesOf(wanted: ReadonlySet<HostId>, found: readonly HostLook[], looks: readonly HostLook[]): string[] {
  const notes: string[] = [];
  const say = (hosts: readonly HostLook[], words: string) => {
    const names = hosts.slice(0, 10).map(({ summary }) => summary.name);
    const more = hosts.length > names.length ? ` and ${hosts.length - names.length} more` : '';
    if (hosts.length > 0) notes.push(`${words}: ${names.join(', ')}${more}.`);
  };
  const lost = wanted.size - found.length;
  if (lost > 0) notes.push(`${plural(lost, 'host is', 'hosts are')} not in the console any more.`);
  say(
    found.filter((look) => !looks.includes(look)),
    'Left out, being of another cloud',
  );
  say(
    looks.filter((look) => !tells(look)),
    'What is cached there is not known',
  );
  say(
    looks.filter((look) => look.failure && tells(look)),
    'Down, so taken as last seen',
  );
  return notes;
}

function orphanNotes(looks: readonly HostLook[]): string[] {
  let unchecked = 0;
  let notVisible = 0;
  for (const { cached } of looks) {
    for (const { standing } of cached.values()) {
      if (standing === 'unchecked') unchecked += 1;
      if (standing === 'notVisible') notVisible += 1;
    }
  }
  const notes: string[] = [];
  if (unchecked > 0) notes.push(`Not among them: ${plural(unchecked, 'cached image')} not yet looked up in Glance.`);
  if (notVisible > 0) {
    notes.push(`Not among them: ${plural(notVisible, 'cached image')} that this login may not see, orphaned or not.`);
  }
  return notes;
}

function idleNotes(looks: readonly HostLook[]): string[] {
  const shifted = looks.filter(({ summary }) => summary.warnings.some(({ kind }) => kind === 'clockShifted'));
  const untold = looks.reduce(
    (sum, { cached }) => sum + [...cached.values()].filter((image) => lastUsed(image) === null).length,
    0,
  );
  const notes = shifted.map(({ summary }) => `The times of ${summary.name} are in the future, and not to be trusted.`);
  if (untold > 0) notes.push(`Not among them: ${plural(untold, 'cached image')} without any time.`);
  return notes;
}

function tooMany(targets: number): ExpectedFailure {
  return new ExpectedFailure({
    code: 'invalidInput',
    message: `This comes to ${plural(targets, 'target')}; one action may have ${formatCount(mostTargets)}.`,
    remedy: 'Choose fewer hosts or images, one part after the other.',
  });
}
