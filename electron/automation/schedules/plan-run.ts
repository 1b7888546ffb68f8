import { plural } from '../../contract/counts.ts';
import { ExpectedFailure, hostTrouble } from '../../contract/failure.ts';
import type { HostSummary } from '../../contract/fleet.ts';
import type { HostId } from '../../contract/hosts.ts';
import type { ImageServiceId } from '../../contract/images.ts';
import type { Action, Amount, Plan } from '../../contract/operations.ts';
import type { Schedule, ScheduleRun } from '../../contract/schedules.ts';
import { builtInWasteFilters } from '../../contract/waste.ts';
import { targetSteps } from '../../fleet/waste.ts';
import { settlesWithin } from '../../lib/abort.ts';
import { inSlices } from '../../lib/slices.ts';
import { approvalReason, extentOf, type LimitedHost } from './approval.ts';
import type { ScheduleSources } from './schedule-sources.ts';
import type { DeletionExtent } from './schedule-tables.ts';

/** Milliseconds that a run waits for its hosts to answer a poll, and for image catalogs to be read. */
const refreshTimeout = 60_000;
/** Milliseconds before a run in which an image catalog counts as fresh. */
const catalogueAge = 60_000;

/** What a run would do now. Without a plan there is nothing to send, and `text` has the reason. */
export type PlannedRun = {
  plan: Plan | null;
  /** How the run ends if there is no plan, or the plan sends nothing. */
  outcome: 'done' | 'nothingToDo' | 'skipped';
  text: string;
  skippedHosts: ScheduleRun['skippedHosts'];
  extent: DeletionExtent;
  /** What the plan would delete. */
  deletes: Amount;
  /** Why the run has to wait for approval. */
  approval: string | null;
};

type PlannedSchedule = Pick<Schedule, 'action' | 'limits' | 'trigger'>;
type Skipped = ScheduleRun['skippedHosts'][number];

/**
 * Plans a run of a schedule on some hosts: polls them, leaves out those that cannot do the action now, and plans the
 * action on the others. `pauseReason`: the reason why the schedule does not run on a host. Sends nothing that changes a
 * host.
 */
export async function planRun(
  schedule: PlannedSchedule,
  hostIds: readonly HostId[],
  pauseReason: (hostId: HostId) => string | undefined,
  sources: ScheduleSources,
): Promise<PlannedRun> {
  const { action } = schedule;
  const skipped: Skipped[] = [];
  const present = new Map(sources.hosts().map((host) => [host.id, host]));
  let candidates = hostIds.filter((id) => present.has(id));
  const leaveOut = (reasonOf: (hostId: HostId) => string | undefined) => {
    candidates = candidates.filter((hostId) => {
      const reason = reasonOf(hostId);
      if (reason !== undefined) skipped.push({ hostId, reason: reason.slice(0, 1_000) });
      return reason === undefined;
    });
  };
  leaveOut(pauseReason);
  if (action.kind !== 'refresh') leaveOut((id) => readOnlyReason(present.get(id), sources));
  const startedAt = sources.clock.now();
  await refreshHosts(candidates, sources);
  const now = new Map(sources.hosts().map((host) => [host.id, host]));
  leaveOut((id) => unreachableReason(now.get(id), startedAt));
  const empty = { plan: null, skippedHosts: skipped, extent: {}, deletes: { images: 0, bytes: 0 }, approval: null };
  const nothingLeft = () => ({ ...empty, outcome: 'skipped' as const, text: nobodyText });
  if (hostIds.length === 0) return { ...empty, outcome: 'nothingToDo', text: noTargetText(schedule) };
  if (candidates.length === 0) return nothingLeft();
  if (action.kind === 'refresh') {
    const text = `Polled ${plural(candidates.length, 'host')}.`;
    return { ...empty, outcome: 'done', text };
  }
  leaveOut((id) => busyReason(id, sources));
  if (action.kind === 'golden' || action.kind === 'waste') {
    const stale = await staleCatalogues(candidates, now, startedAt, sources);
    leaveOut((id) => stale.get(now.get(id)?.imageServiceId ?? ''));
  }
  if (candidates.length === 0) return nothingLeft();
  const { action: toPlan, unknown } = await actionOf(action, candidates, sources);
  leaveOut((id) => unknown.get(id));
  if (candidates.length === 0) return nothingLeft();
  if (!toPlan) return { ...empty, outcome: 'nothingToDo', text: 'There was nothing to do.' };
  const plan = await sources.operations.plan(toPlan);
  skipped.push(...refusedHosts(plan));
  const golden = await sources.golden.membersByHost();
  const { extent, sum: deletes } = extentOf(plan, {
    golden: golden.on,
    isGoldenUnknown: (id) => golden.unknown.includes(now.get(id)?.cloudId ?? ''),
  });
  const approval = approvalReason(extent, schedule.limits, (id) => limitedHost(id, sources));
  if (plan.willDo > 0) return { plan, outcome: 'done', text: '', skippedHosts: skipped, extent, deletes, approval };
  const isRefused = plan.alreadyDone === 0;
  return {
    ...empty,
    plan,
    outcome: isRefused ? 'skipped' : 'nothingToDo',
    text: isRefused ? nobodyText : nothingToDoText(plan),
  };
}

/** A host as the safety limits see it. */
export function limitedHost(hostId: HostId, { hosts, images }: ScheduleSources): LimitedHost | undefined {
  const host = hosts().find(({ id }) => id === hostId);
  return host && { id: host.id, name: host.name, cloudId: host.cloudId, cached: images(hostId).cached.length };
}

/** Why nothing may be changed on a host; undefined if something may. */
export function readOnlyReason(
  host: Pick<HostSummary, 'cloudId'> | undefined,
  { clouds }: Pick<ScheduleSources, 'clouds'>,
): string | undefined {
  const cloud = clouds().find(({ id }) => id === host?.cloudId);
  return cloud?.readOnly ? `The cloud ${cloud.name} is read-only in this console.` : undefined;
}

/** Why a host cannot be worked on by its last poll; undefined if it can. */
export function downReason(host: HostSummary | undefined): string | undefined {
  if (!host) return 'The host was removed from the console.';
  if (host.state !== 'failed' || !host.failure) return undefined;
  return `The host ${hostTrouble(host.failure)}: ${host.failure.message}`;
}

/** Polls hosts now, and waits for their answers. A host that was just removed is not waited for. */
async function refreshHosts(hostIds: readonly HostId[], { fleet, clock }: ScheduleSources): Promise<void> {
  if (hostIds.length === 0) return;
  const polls = hostIds.map(async (hostId) => {
    try {
      await fleet.refresh([hostId]);
    } catch (error) {
      if (!(error instanceof ExpectedFailure)) throw error;
    }
  });
  const all = Promise.all(polls);
  if (await settlesWithin(all, refreshTimeout, clock)) await all;
}

function unreachableReason(host: HostSummary | undefined, since: number): string | undefined {
  const down = downReason(host);
  if (down !== undefined || !host) return down;
  // A snapshot that was taken at the same time by another poll is as fresh.
  if (host.refreshedAt !== null && host.refreshedAt >= since) return undefined;
  return `The host did not answer a poll within ${refreshTimeout / 1_000} s.`;
}

/** Why a schedule does not work on a host now: a host never has two maintenance actions at once. */
function busyReason(hostId: HostId, { operations }: ScheduleSources): string | undefined {
  const [title] = operations.openAt(hostId);
  return title === undefined ? undefined : `The operation “${title}” is running on this host.`;
}

function refusedHosts({ targets }: Plan): Skipped[] {
  const refused = new Map<HostId, string>();
  for (const { hostId, verdict, reason } of targets) {
    if (verdict === 'refused' && !refused.has(hostId)) refused.set(hostId, reason ?? 'Refused.');
  }
  for (const { hostId, verdict } of targets) if (verdict !== 'refused') refused.delete(hostId);
  return [...refused].map(([hostId, reason]) => ({ hostId, reason }));
}

const nobodyText = 'No host could be worked on. The reasons are listed by host.';

function noTargetText({ trigger }: PlannedSchedule): string {
  return trigger.kind === 'threshold' ? 'No host is above the threshold.' : 'No host matches the targets.';
}

function nothingToDoText({ targets }: Plan): string {
  const [first, ...others] = targets;
  return others.length === 0 && first?.reason ? first.reason : 'There was nothing to do on the hosts.';
}

/** Why image services could not be read since an instant. Reads the catalogs of the hosts' image services again. */
async function staleCatalogues(
  hostIds: readonly HostId[],
  hosts: ReadonlyMap<HostId, HostSummary>,
  startedAt: number,
  { fleet, clock }: ScheduleSources,
): Promise<ReadonlyMap<ImageServiceId, string>> {
  const services = new Set(hostIds.flatMap((id) => hosts.get(id)?.imageServiceId ?? []));
  const stale = new Map<ImageServiceId, string>();
  await Promise.all(
    [...services].map(async (serviceId) => {
      const deadline = startedAt + refreshTimeout;
      let { readAt, failure } = await fleet.catalogue(serviceId);
      const isStale = () => readAt === null || readAt < startedAt - catalogueAge;
      while (isStale() && clock.now() < deadline) {
        const read = nextReading(serviceId, fleet);
        fleet.rereadCatalogue(serviceId);
        const isRead = await settlesWithin(read.done, deadline - clock.now(), clock);
        read.forget();
        ({ readAt, failure } = await fleet.catalogue(serviceId));
        if (!isRead || failure) break;
      }
      if (isStale() || failure)
        stale.set(serviceId, `Its image catalog could not be read. ${failure?.message ?? ''}`.trim());
    }),
  );
  return stale;
}

/** The next reading of an image catalog. */
function nextReading(serviceId: ImageServiceId, fleet: ScheduleSources['fleet']) {
  let forget = () => {};
  const done = new Promise<void>((resolve) => {
    forget = fleet.onCatalogue((read) => {
      if (read === serviceId) resolve();
    });
  });
  return { done, forget: () => forget() };
}

/**
 * The action to plan on some hosts; undefined if there is nothing to do. `unknown`: the reasons for hosts whose targets
 * are unknown.
 */
async function actionOf(
  action: Exclude<Schedule['action'], { kind: 'refresh' }>,
  hostIds: HostId[],
  sources: ScheduleSources,
): Promise<{ action: Action | undefined; unknown: ReadonlyMap<HostId, string> }> {
  const unknown = new Map<HostId, string>();
  switch (action.kind) {
    case 'prune':
    case 'clean':
    case 'prefetch':
      return { action: { ...action, hostIds }, unknown };
    case 'golden': {
      for (const drift of await goldenDrift(action.goldenId, sources)) {
        if (drift.state === 'unknown') unknown.set(drift.hostId, drift.reason ?? 'What it lacks is unknown.');
      }
      const { queue, delete: extra } = await sources.golden.targets(action.goldenId, hostIds);
      const surplus = action.deleteExtra ? extra : [];
      const isEmpty = queue.length + surplus.length === 0;
      return { action: isEmpty ? undefined : { kind: 'align', queue, delete: surplus }, unknown };
    }
    case 'waste': {
      const targets = await wasteTargets(action.filterId, hostIds, sources);
      return { action: targets.length === 0 ? undefined : { kind: 'delete', targets }, unknown };
    }
  }
}

async function goldenDrift(goldenId: string, { goldenSets, golden }: ScheduleSources) {
  const set = goldenSets().find(({ id }) => id === goldenId);
  const drift = set ? await golden.drift(set.cloudId) : [];
  return drift.find(({ id }) => id === goldenId)?.hosts ?? [];
}

/** The images on some hosts that a waste filter matches. Throws `notFound` if the filter was removed. */
async function wasteTargets(filterId: string, hostIds: readonly HostId[], sources: ScheduleSources) {
  const filter = [...builtInWasteFilters, ...sources.wasteFilters()].find(({ id }) => id === filterId);
  if (!filter) {
    throw new ExpectedFailure({
      code: 'notFound',
      message: 'Its waste filter was removed.',
      remedy: 'Choose another.',
    });
  }
  const chosen = new Set(hostIds);
  const hosts = sources.hosts().filter(({ id }) => chosen.has(id));
  const golden = await sources.golden.membersByHost();
  const found = {
    conditions: filter.conditions,
    hosts: hosts.map((summary) => ({ summary, images: sources.images(summary.id) })),
    now: sources.clock.now(),
    golden: golden.on,
  };
  return inSlices(targetSteps(found, null));
}
