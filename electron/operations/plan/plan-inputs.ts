import { ExpectedFailure, type Failure } from '../../contract/failure.ts';
import type { HostSummary } from '../../contract/fleet.ts';
import type { HostId } from '../../contract/hosts.ts';
import type { Catalogue, ImageServiceId } from '../../contract/images.ts';
import type { Action, Operation } from '../../contract/operations.ts';
import type { RemoteAccess } from '../../contract/remote.ts';
import { prefetcherVerdict, readRelease } from '../../ssh/glance-release.ts';
import type { Ssh } from '../../ssh/ssh.ts';
import type { CloudGuard } from '../model/cloud-guard.ts';
import { indexImages, indexImagesInSlices } from '../model/image-index.ts';
import type { OperatedHost } from '../model/operated-host.ts';
import { type OperatedRemote, readOnDisk } from '../model/operated-host.ts';
import type { OpenOperation } from '../model/operation-conflicts.ts';
import type { OperationLimits } from '../model/operation-limits.ts';
import {
  type CatalogueView,
  catalogueView,
  chosenMethod,
  type HostView,
  type PlanInputs,
  unavailableReason,
} from './host-view.ts';

/** Milliseconds that a plan waits for a host that it has to ask. */
const hostTimeout = 10_000;
/** The same over ssh: long enough for the operator to answer a prompt of ssh. */
const sshTimeout = 180_000;
const unreadCatalogue = catalogueView(undefined);

/** Where plans and selections get their inputs from. */
export type PlanContext = {
  access(hostId: HostId): OperatedHost;
  hosts(): HostSummary[];
  catalogue(serviceId: ImageServiceId): Promise<Catalogue>;
  /** What running operations have open at a host. */
  openAt(hostId: HostId): OpenOperation[];
  interrupted(): Operation[];
  guard: CloudGuard;
  remote: OperatedRemote | undefined;
  confirmAbove: number;
  limits: OperationLimits;
  now: number;
};

/**
 * Collects the inputs of a plan. It only reads, and asks only hosts whose snapshot is missing or too old, or where an
 * operation is running. The failure of a host affects only its own part of the plan.
 */
export async function collectPlanInputs(action: Action, context: PlanContext): Promise<PlanInputs> {
  const wanted = new Set(hostsOf(action));
  const views = await collectHostViews(wanted, context, true);
  const usesDisk = action.kind === 'prune' || action.kind === 'clean';
  const disks = await collectOverSsh(views, context, () => usesDisk, readOnDisk);
  const usesPrefetcher = ({ queued, summary }: HostView) =>
    action.kind === 'prefetch' && queued.size > 0 && chosenMethod(action, summary.id) !== 'read';
  const prefetchers = await collectOverSsh(views, context, usesPrefetcher, async (ssh, access, signal) =>
    prefetcherVerdict(await readRelease(ssh, access, { signal })),
  );
  const summaries = [...views.values()].map((view) => view.summary);
  const catalogues = new Map<ImageServiceId, CatalogueView>();
  if (action.kind === 'queue' || action.kind === 'align' || action.kind === 'prefetch') {
    const services = new Set(summaries.map((summary) => summary.imageServiceId));
    await Promise.all([...services].map(async (id) => catalogues.set(id, await readCatalogue(id, context))));
  }
  return {
    host: (hostId) => views.get(hostId),
    disk: (hostId) => disks.get(hostId),
    prefetcher: (hostId) => prefetchers.get(hostId),
    catalogue: (serviceId) => catalogues.get(serviceId) ?? unreadCatalogue,
    interrupted: context.interrupted(),
    now: context.now,
    confirmAbove: context.confirmAbove,
  };
}

function hostsOf(action: Action): HostId[] {
  if (action.kind === 'align') return [...action.queue, ...action.delete].map(({ hostId }) => hostId);
  return 'targets' in action ? action.targets.map(({ hostId }) => hostId) : action.hostIds;
}

/**
 * The views of those wanted hosts that the console still has. `askBusy`: also asks hosts where an operation is running.
 */
export async function collectHostViews(
  wanted: ReadonlySet<HostId>,
  context: PlanContext,
  askBusy = false,
): Promise<ReadonlyMap<HostId, HostView>> {
  const ids = context.hosts().flatMap(({ id }) => (wanted.has(id) ? [id] : []));
  return new Map(await Promise.all(ids.map(async (id) => [id, await collectHostView(id, context, askBusy)] as const)));
}

/** Asks hosts over ssh: those with ssh access for which an answer is needed. */
async function collectOverSsh<Answer extends object>(
  views: ReadonlyMap<HostId, HostView>,
  { remote }: PlanContext,
  isNeeded: (view: HostView) => boolean,
  ask: (ssh: Ssh, access: RemoteAccess, signal: AbortSignal) => Promise<Answer>,
): Promise<ReadonlyMap<HostId, Answer | { failure: Failure }>> {
  const answers = new Map<HostId, Answer | { failure: Failure }>();
  if (!remote) return answers;
  const signal = AbortSignal.timeout(sshTimeout);
  await Promise.all(
    [...views].map(async ([hostId, view]) => {
      const access = remote.access(hostId);
      if (access && unavailableReason(view) === undefined && isNeeded(view)) {
        answers.set(hostId, await orFailure(ask(remote.ssh, access, signal)));
      }
    }),
  );
  return answers;
}

async function orFailure<Answer>(answer: Promise<Answer>): Promise<Answer | { failure: Failure }> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ExpectedFailure) return { failure: error.failure };
    throw error;
  }
}

async function collectHostView(hostId: HostId, context: PlanContext, askBusy: boolean): Promise<HostView> {
  const access = context.access(hostId);
  let failure: Failure | null = null;
  let capabilities = access.summary().capabilities;
  const { state, refreshedAt } = access.summary();
  // Taken before the host is asked, so that the list shows the effect of every target that is no longer open.
  const others = context.openAt(hostId);
  const isBusy = askBusy && others.length > 0;
  const old = isBusy || refreshedAt === null || context.now - refreshedAt > context.limits.maxSnapshotAge;
  if (state === 'failed') failure = access.summary().failure;
  else if (old || !capabilities) {
    try {
      const signal = AbortSignal.timeout(hostTimeout);
      capabilities = await access.capabilities(signal);
      if (old) await access.refresh(signal);
    } catch (error) {
      failure = failureOf(error, access.summary());
    }
  }
  await indexImagesInSlices(access.images());
  const summary = access.summary();
  const images = access.images();
  return {
    summary,
    images,
    ...indexImages(images),
    capabilities,
    failure,
    others,
    dequeued: access.state.recentDequeues,
    prune: access.state.pruneLock,
    runningPrune: access.state.runningPrune,
    overSsh: (context.remote?.access(hostId) ?? null) !== null,
    cloud: context.guard.flags(summary.cloudId),
    closed: context.guard.closed(summary.cloudId),
  };
}

/** The catalogue of an image service. A failure is part of the result. */
export async function readCatalogue(serviceId: ImageServiceId, context: PlanContext): Promise<CatalogueView> {
  try {
    return catalogueView(await context.catalogue(serviceId));
  } catch (error) {
    if (!(error instanceof ExpectedFailure)) throw error;
    return { ...unreadCatalogue, failure: error.failure };
  }
}

function failureOf(error: unknown, { name, address }: HostSummary): Failure {
  if (error instanceof ExpectedFailure && error.failure.code !== 'interrupted') return error.failure;
  if (!(error instanceof ExpectedFailure) && !(error instanceof DOMException)) throw error;
  return {
    code: 'timeout',
    message: `${name} (${address}) did not respond within ${hostTimeout / 1_000} s.`,
    remedy: 'Check that the host and its glance-api service are running, then open the action again.',
  };
}
