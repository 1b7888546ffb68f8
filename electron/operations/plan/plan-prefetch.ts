import { plural } from '../../contract/counts.ts';
import type { HostId, MethodName } from '../../contract/hosts.ts';
import type { ImageId, QueuedImage } from '../../contract/images.ts';
import { type Action, amountOf, type PlannedTarget } from '../../contract/operations.ts';
import { maintenanceOf } from '../../fleet/maintenance-methods.ts';
import { addressProblem } from '../../glance/image-path.ts';
import { prefetcherConflict, readConflict, stalledWarning } from '../model/fetch-conflicts.ts';
import { isListReadable } from '../model/image-index.ts';
import {
  alreadyDone,
  type CatalogueView,
  chosenMethod,
  type HostView,
  type PlanInputs,
  refused,
  selectMethod,
  unavailableReason,
  type Verdict,
} from './host-view.ts';

type PrefetchAction = Extract<Action, { kind: 'prefetch' }>;
type PrefetchTarget = { hostId: HostId; imageId: ImageId | null; step: null };

/** The targets of a prefetch: a host as a whole for its prefetcher program, or each image that is to be read there. */
export function prefetchTargets(action: PrefetchAction, inputs: PlanInputs): PrefetchTarget[] {
  return action.hostIds.flatMap((hostId): PrefetchTarget[] => {
    const view = inputs.host(hostId);
    const choice = view && !nothingToFetch(view) ? chooseMethod(view, inputs, chosenMethod(action, hostId)) : undefined;
    if (!view || !choice || !('method' in choice) || choice.method !== 'read') {
      return [{ hostId, imageId: null, step: null }];
    }
    const only = action.only?.flatMap((target) => (target.hostId === hostId ? [target.imageId] : [])) ?? [];
    const imageIds = only.length > 0 ? only : [...view.queued.keys()];
    return imageIds.map((imageId) => ({ hostId, imageId, step: null }));
  });
}

/** Plans a prefetch of a host as a whole, or of one image that is read through the host. */
export function planPrefetch(
  view: HostView,
  imageId: ImageId | null,
  action: PrefetchAction,
  inputs: PlanInputs,
): Verdict {
  const nothing = nothingToFetch(view);
  if (nothing) return nothing;
  if (imageId !== null) return planRead(view, inputs.catalogue(view.summary.imageServiceId), imageId);
  const choice = chooseMethod(view, inputs, chosenMethod(action, view.summary.id));
  if ('why' in choice) return refused(choice.why);
  const conflict = prefetcherConflict(view.capabilities?.fetch, view);
  if (conflict) return alreadyDone(conflict);
  const problem = prefetcherProblem(view, inputs);
  if (problem !== undefined) return refused(problem);
  return {
    verdict: 'willDo',
    reason: `glance-cache-prefetcher over SSH fetches ${plural(view.queued.size, 'queued image')}.`,
    expected: amountOf([...view.queued.values()].map(sizeInCatalogue)),
    estimated: true,
    method: 'ssh',
  };
}

/** Plans to read one queued image through its host. Never an image that the host may be fetching. */
function planRead(view: HostView, catalogue: CatalogueView, imageId: ImageId): Verdict {
  if (view.cached.has(imageId)) return alreadyDone('Already cached.');
  const queued = view.queued.get(imageId);
  if (!queued) return alreadyDone('No longer queued.');
  const mode = view.capabilities?.fetch;
  const conflict = readConflict(mode, view, imageId);
  if (conflict) return mode === 'atOnce' ? alreadyDone(conflict) : refused(conflict);
  const cannot = addressProblem(imageId, view.capabilities);
  if (cannot) return refused(cannot);
  const known = catalogue.images.get(imageId);
  if (queued.catalogStatus === 'orphan' && !known) {
    return refused('The image no longer exists in Glance. Delete it from the queue.');
  }
  const status = known?.status ?? queued.description?.status;
  if (status !== undefined && status !== 'active') {
    return refused(`Its status is “${status}”. Glance caches only active images.`);
  }
  const sizeBytes = known?.sizeBytes ?? queued.description?.catalogueSizeBytes ?? null;
  return {
    verdict: 'willDo',
    reason: null,
    expected: amountOf([{ sizeBytes }]),
    estimated: sizeBytes === null,
    method: 'read',
  };
}

/** The verdict on a host at which no image can be fetched at all; undefined if there is one. */
function nothingToFetch(view: HostView): Verdict | undefined {
  const why = unavailableReason(view);
  if (why) return refused(why);
  if (!isListReadable(view.summary)) return refused('The host returned null, so its queue is unknown.');
  if (view.queued.size === 0) return alreadyDone('Nothing is queued.');
  if (view.capabilities?.fetch !== 'atOnce' || hasReadableImage(view)) return undefined;
  return alreadyDone(prefetcherConflict('atOnce', view) ?? '');
}

function hasReadableImage(view: HostView): boolean {
  return [...view.queued.keys()].some((imageId) => !readConflict(view.capabilities?.fetch, view, imageId));
}

/** The chosen method; by default the prefetcher. If it cannot be run, images are read, if any may be read. */
function chooseMethod(
  view: HostView,
  inputs: PlanInputs,
  chosen: MethodName | undefined,
): { method: MethodName } | { why: string } {
  const methods = maintenanceOf(view.capabilities, view.summary.limitBytes, view.overSsh).prefetch;
  const choice = selectMethod(methods, chosen);
  if ('why' in choice || choice.method !== 'ssh' || chosen !== undefined) return choice;
  const problem = prefetcherProblem(view, inputs) ?? prefetcherConflict(view.capabilities?.fetch, view);
  if (problem === undefined || !hasReadableImage(view)) return choice;
  const read = selectMethod(methods, 'read');
  return 'why' in read ? choice : read;
}

/** Why the prefetcher of a host with ssh access cannot be run. */
function prefetcherProblem({ summary }: HostView, inputs: PlanInputs): string | undefined {
  const prefetcher = inputs.prefetcher(summary.id);
  if (!prefetcher) return 'Over SSH: not checked.';
  if ('failure' in prefetcher) return `Over SSH: ${prefetcher.failure.message} ${prefetcher.failure.remedy}`;
  return prefetcher.works ? undefined : `${prefetcher.reason} ${prefetcher.remedy}`;
}

/** What the operator should know before images are prefetched at a host. */
export function prefetchWarnings(view: HostView, targets: readonly PlannedTarget[], inputs: PlanInputs): string[] {
  const warnings: string[] = [];
  const { id, name } = view.summary;
  const reads = targets.some(({ method }) => method === 'read');
  const problem = reads && view.overSsh && inputs.prefetcher(id) ? prefetcherProblem(view, inputs) : undefined;
  if (problem) warnings.push(`${name}: glance-cache-prefetcher is not run. ${problem}`);
  if (view.capabilities?.fetch !== 'byProgram') warnings.push(stalledWarning(name));
  return warnings;
}

function sizeInCatalogue({ description }: QueuedImage) {
  return { sizeBytes: description?.catalogueSizeBytes ?? null };
}
