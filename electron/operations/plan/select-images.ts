import { formatCount, plural } from '../../contract/counts.ts';
import { ExpectedFailure, hostTrouble } from '../../contract/failure.ts';
import type { HostId } from '../../contract/hosts.ts';
import type { CachedImage, ImageId, ImageServiceId } from '../../contract/images.ts';
import { isIdle, isNeverHit, isOrphan, lastUsed } from '../../contract/images.ts';
import { type Amount, addImage, type ImageTarget, maxTargets } from '../../contract/operations.ts';
import type { Selected, Selection, SelectionNote } from '../../contract/selections.ts';
import { type CatalogueView, type HostView, holdsImage, isCatalogueCurrent, isContentKnown } from './host-view.ts';
import { readPastedImages } from './pasted-images.ts';
import { collectHostViews, type PlanContext, readCatalogue } from './plan-inputs.ts';

const maxUnmatched = 10_000;

/**
 * Resolves a selection to images on hosts. Hosts whose snapshot is missing or too old are asked first; nothing that
 * changes a host is sent. Throws `invalidInput` if the selection has more targets than one action may have.
 */
export async function selectImages(selection: Selection, context: PlanContext): Promise<Selected> {
  if (selection.kind === 'like') return selectMissingImages(selection, context);
  const wanted = new Set(selection.hostIds);
  const found = [...(await collectHostViews(wanted, context)).values()];
  const views = found.filter(({ summary }) => selection.kind !== 'pasted' || summary.cloudId === selection.cloudId);
  const notes = notesOf(wanted, found, views);
  const isQueued = 'for' in selection && selection.for === 'queue';
  const read = isQueued || selection.kind === 'pasted' ? await readCatalogues(views, context) : noCatalogues;
  const { targets, more = [], unmatched = [] } = match(selection, views, read, context.now);
  if (targets.length > maxTargets) throw tooMany(targets.length);
  return {
    targets,
    ...totals(targets, views, isQueued ? read : undefined),
    unmatched: unmatched.slice(0, maxUnmatched),
    notes: [...notes, ...more].slice(0, 50).map(({ kind, text }) => ({ kind, text: text.slice(0, 1_000) })),
  };
}

type Matched = { targets: ImageTarget[]; more?: SelectionNote[]; unmatched?: Selected['unmatched'] };

function match(
  selection: Exclude<Selection, { kind: 'like' }>,
  views: readonly HostView[],
  catalogues: Catalogues,
  now: number,
): Matched {
  switch (selection.kind) {
    case 'pasted':
      return matchPasted(selection, views, catalogues);
    case 'images': {
      const imageIds = new Set(selection.imageIds);
      if (selection.for === 'delete') return { targets: targetsFor('delete', imageIds, views) };
      return queueWhereKnown(imageIds, views, catalogues);
    }
    case 'orphans':
      return { targets: cachedWhere(views, isOrphan), more: orphanNotes(views) };
    case 'neverHit':
      return { targets: cachedWhere(views, (image) => isNeverHit(image, now)) };
    case 'idle':
      return {
        targets: cachedWhere(views, (image) => isIdle(image, now, selection.days)),
        more: idleNotes(views),
      };
  }
}

type Catalogues = ReadonlyMap<ImageServiceId, CatalogueView>;
const noCatalogues: Catalogues = new Map();

/**
 * Reads the pasted text once for each image service, because the same name means another image in another region. A
 * text that one of them knows counts as matched.
 */
function matchPasted(
  selection: Extract<Selection, { kind: 'pasted' }>,
  views: readonly HostView[],
  catalogues: Catalogues,
): Matched {
  const targets: ImageTarget[] = [];
  const notes = new Set<string>();
  const unmatched = new Map<string, { found: Selected['unmatched'][number]; times: number }>();
  for (const [serviceId, catalogue] of catalogues) {
    const ofService = views.filter(({ summary }) => summary.imageServiceId === serviceId);
    const read = readPastedImages(selection, ofService, catalogue);
    for (const target of targetsFor(selection.for, read.imageIds, ofService)) targets.push(target);
    for (const note of read.notes) notes.add(note);
    for (const found of read.unmatched) {
      const key = `${found.line} ${found.text}`;
      unmatched.set(key, { found, times: (unmatched.get(key)?.times ?? 0) + 1 });
    }
  }
  const everywhere = [...unmatched.values()].filter(({ times }) => times === catalogues.size);
  const partly = unmatched.size - everywhere.length;
  if (partly > 0) {
    notes.add(
      `${plural(partly, 'entry matches', 'entries match')} images of only some of the selected image services.`,
    );
  }
  return { targets, more: [...notes].map(warning), unmatched: everywhere.map(({ found }) => found) };
}

/** Leaves out hosts whose image service does not have an image that the service of another chosen host has. */
function queueWhereKnown(imageIds: ReadonlySet<ImageId>, views: readonly HostView[], catalogues: Catalogues): Matched {
  const all = targetsFor('queue', imageIds, views);
  if (catalogues.size < 2) return { targets: all };
  const serviceOf = new Map(views.map(({ summary }) => [summary.id, summary.imageServiceId]));
  const isKnownSomewhere = (imageId: ImageId) => [...catalogues.values()].some(({ images }) => images.has(imageId));
  const targets = all.filter(({ hostId, imageId }) => {
    const catalogue = catalogues.get(serviceOf.get(hostId) ?? '');
    const lacks = catalogue && isCatalogueCurrent(catalogue) && !catalogue.images.has(imageId);
    return !(lacks && isKnownSomewhere(imageId));
  });
  const left = all.length - targets.length;
  const note = `Skipped: ${plural(left, 'target')} whose host belongs to an image service without the image.`;
  return { targets, more: left > 0 ? [skippedNote(note)] : [] };
}

function cachedWhere(views: readonly HostView[], is: (image: CachedImage) => boolean): ImageTarget[] {
  const targets: ImageTarget[] = [];
  for (const { summary, cached } of views) {
    for (const image of cached.values()) if (is(image)) targets.push({ hostId: summary.id, imageId: image.imageId });
  }
  return targets;
}

/**
 * To queue: the images on every host. To delete: the images on each host that holds them or may hold them; the plan then
 * says why nothing can be done there.
 */
function targetsFor(
  purpose: 'queue' | 'delete',
  imageIds: ReadonlySet<ImageId>,
  views: readonly HostView[],
): ImageTarget[] {
  if (imageIds.size * views.length > 50 * maxTargets) throw tooMany(imageIds.size * views.length);
  const targets: ImageTarget[] = [];
  for (const view of views) {
    for (const imageId of imageIds) {
      if (purpose === 'queue' || holdsImage(view, imageId) || !isContentKnown(view))
        targets.push({ hostId: view.summary.id, imageId });
    }
  }
  return targets;
}

async function readCatalogues(views: readonly HostView[], context: PlanContext): Promise<Catalogues> {
  const services = new Set(views.map(({ summary }) => summary.imageServiceId));
  return new Map(await Promise.all([...services].map(async (id) => [id, await readCatalogue(id, context)] as const)));
}

/** The number of different images, and their cached bytes or, if catalogues are given, the bytes to fetch. */
function totals(
  targets: readonly ImageTarget[],
  views: readonly HostView[],
  toFetch: Catalogues | undefined,
): Pick<Selected, 'images' | 'bytes' | 'unsized'> {
  const viewOf = new Map<HostId, HostView>(views.map((view) => [view.summary.id, view]));
  const sum: Amount = { images: 0, bytes: 0 };
  for (const { hostId, imageId } of targets) {
    const view = viewOf.get(hostId);
    if (!view) continue;
    if (toFetch && !holdsImage(view, imageId)) {
      addImage(sum, toFetch.get(view.summary.imageServiceId)?.images.get(imageId)?.sizeBytes ?? null);
    }
    const cached = toFetch ? undefined : view.cached.get(imageId);
    if (cached) addImage(sum, cached.sizeBytes);
  }
  const { bytes, unsized = 0 } = sum;
  return { images: new Set(targets.map(({ imageId }) => imageId)).size, bytes, unsized };
}

function notesOf(wanted: ReadonlySet<HostId>, found: readonly HostView[], views: readonly HostView[]): SelectionNote[] {
  const notes: SelectionNote[] = [];
  const say = (hosts: readonly HostView[], words: string, note = warning) => {
    const names = hosts.slice(0, 10).map(({ summary }) => summary.name);
    const more = hosts.length > names.length ? ` and ${hosts.length - names.length} more` : '';
    if (hosts.length > 0) notes.push(note(`${words}: ${names.join(', ')}${more}.`));
  };
  const lost = wanted.size - found.length;
  if (lost > 0) notes.push(warning(`${plural(lost, 'host was', 'hosts were')} removed from the console.`));
  say(
    found.filter((view) => !views.includes(view)),
    'Skipped, different cloud',
    skippedNote,
  );
  say(
    views.filter((view) => !isContentKnown(view)),
    'Cached images unknown',
  );
  say(
    views.filter((view) => view.failure && isContentKnown(view)),
    'Unreachable, using the last known state',
  );
  return notes;
}

function orphanNotes(views: readonly HostView[]): SelectionNote[] {
  let unchecked = 0;
  let notVisible = 0;
  for (const { cached } of views) {
    for (const { catalogStatus } of cached.values()) {
      if (catalogStatus === 'unchecked') unchecked += 1;
      if (catalogStatus === 'notVisible') notVisible += 1;
    }
  }
  const notes: SelectionNote[] = [];
  if (unchecked > 0)
    notes.push(skippedNote(`Skipped: ${plural(unchecked, 'cached image')} not yet checked in Glance.`));
  if (notVisible > 0) {
    notes.push(
      skippedNote(
        `Skipped: ${plural(notVisible, 'cached image')} not visible to this login, so it is unknown whether Glance has ${notVisible === 1 ? 'it' : 'them'}.`,
      ),
    );
  }
  return notes;
}

function idleNotes(views: readonly HostView[]): SelectionNote[] {
  const shifted = views.filter(({ summary }) => summary.warnings.some(({ kind }) => kind === 'clockShifted'));
  const untold = views.reduce(
    (sum, { cached }) => sum + [...cached.values()].filter((image) => lastUsed(image) === null).length,
    0,
  );
  const notes = shifted.map(({ summary }) => warning(`Times on ${summary.name} are in the future and unreliable.`));
  if (untold > 0) notes.push(skippedNote(`Skipped: ${plural(untold, 'cached image')} without a last access time.`));
  return notes;
}

function tooMany(targets: number): ExpectedFailure {
  return new ExpectedFailure({
    code: 'invalidInput',
    message: `This action has ${plural(targets, 'target')}; the maximum is ${formatCount(maxTargets)}.`,
    remedy: 'Select fewer hosts or images and repeat the action for the rest.',
  });
}

type LikeSelection = Extract<Selection, { kind: 'like' }>;

/**
 * Selects the images that one host has cached and another has neither cached nor queued, if they can be queued there.
 * Throws `invalidInput` if both are the same host, `notFound` if the console does not have one of them.
 */
async function selectMissingImages({ from, to }: LikeSelection, context: PlanContext): Promise<Selected> {
  if (from === to) {
    throw new ExpectedFailure({
      code: 'invalidInput',
      message: 'Source and destination are the same host.',
      remedy: 'Select another source host.',
    });
  }
  const views = await collectHostViews(new Set([from, to]), context);
  const source = findView(views, from);
  const target = findView(views, to);
  const notes = comparisonNotes([source, target]);
  if (!isContentKnown(source) || !isContentKnown(target))
    return { targets: [], images: 0, bytes: 0, unsized: 0, unmatched: [], notes };
  const catalogue = await readCatalogue(target.summary.imageServiceId, context);
  const missing = [...source.cached.values()].filter(({ imageId }) => !holdsImage(target, imageId)).sort(byHits);
  const skipped = { orphan: 0, foreign: 0, inactive: 0 };
  const targets: Selected['targets'] = [];
  const sum: Amount = { images: 0, bytes: 0 };
  for (const image of missing) {
    const why = skipReason(image, catalogue, source.summary.imageServiceId === target.summary.imageServiceId);
    if (why) {
      skipped[why] += 1;
      continue;
    }
    targets.push({ hostId: to, imageId: image.imageId });
    addImage(sum, catalogue.images.get(image.imageId)?.sizeBytes ?? image.sizeBytes);
  }
  return {
    targets,
    images: targets.length,
    bytes: sum.bytes,
    unsized: sum.unsized ?? 0,
    unmatched: [],
    notes: [...notes, ...skippedNotes(skipped, target, catalogue)],
  };
}

function findView(views: ReadonlyMap<HostId, HostView>, hostId: HostId): HostView {
  const view = views.get(hostId);
  if (view) return view;
  throw new ExpectedFailure({
    code: 'notFound',
    message: 'One of the two hosts was removed from the console.',
    remedy: 'Select another host.',
  });
}

/** Most hits first, then most recently accessed: an operation that is cancelled has fetched the most useful images. */
function byHits(one: CachedImage, other: CachedImage): number {
  return other.hits - one.hits || (other.lastAccessed ?? 0) - (one.lastAccessed ?? 0);
}

/** Why an image cannot be queued on the target; `undefined` if it can, or if only the host knows. */
function skipReason(image: CachedImage, catalogue: CatalogueView, sameCloud: boolean) {
  const known = catalogue.images.get(image.imageId);
  if (known) return known.status === 'active' ? undefined : 'inactive';
  if (sameCloud && image.catalogStatus === 'orphan') return 'orphan';
  return isCatalogueCurrent(catalogue) ? 'foreign' : undefined;
}

function comparisonNotes(views: readonly HostView[]): SelectionNote[] {
  return views.flatMap((view) => {
    const { name } = view.summary;
    if (!isContentKnown(view))
      return [warning(`The cached images of ${name} are unknown, so the hosts cannot be compared.`)];
    return view.failure ? [warning(`${name} ${hostTrouble(view.failure)}; using its last known state.`)] : [];
  });
}

function skippedNotes(
  skipped: { orphan: number; foreign: number; inactive: number },
  { summary }: HostView,
  catalogue: CatalogueView,
): SelectionNote[] {
  const notes: SelectionNote[] = [];
  if (skipped.orphan > 0)
    notes.push(
      skippedNote(
        `Skipped: ${plural(skipped.orphan, 'orphan')} that no longer ${skipped.orphan === 1 ? 'exists' : 'exist'} in Glance.`,
      ),
    );
  if (skipped.foreign > 0) {
    notes.push(
      skippedNote(
        `Skipped: ${plural(skipped.foreign, 'image')} not in the image catalog of ${summary.name} or not visible to this login.`,
      ),
    );
  }
  if (skipped.inactive > 0) {
    notes.push(
      skippedNote(`Skipped: ${plural(skipped.inactive, 'image')} not active. Glance caches only active images.`),
    );
  }
  if (!isCatalogueCurrent(catalogue))
    notes.push(warning('The image catalog could not be refreshed. The host checks whether each image exists.'));
  return notes;
}

/** A remark about what the selection leaves out. */
function skippedNote(text: string): SelectionNote {
  return { kind: 'skipped', text };
}

function warning(text: string): SelectionNote {
  return { kind: 'warning', text };
}
