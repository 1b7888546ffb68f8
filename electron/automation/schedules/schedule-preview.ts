import { setImmediate } from 'node:timers/promises';
import type { HostSummary } from '../../contract/fleet.ts';
import { type Amount, addAmount, addImage, amountOf } from '../../contract/operations.ts';
import { leastRecentlyAccessed } from '../../contract/prune-order.ts';
import type { Schedule, SchedulePreview } from '../../contract/schedules.ts';
import { builtInWasteFilters } from '../../contract/waste.ts';
import { shareOfLimit } from '../../fleet/maintenance-methods.ts';
import { targetSteps } from '../../fleet/waste.ts';
import { inSlices } from '../../lib/slices.ts';
import { approvalReason } from './approval.ts';
import { downReason, limitedHost, readOnlyReason } from './plan-run.ts';
import { requiredName } from './production-name.ts';
import { resolveTargets } from './resolve-targets.ts';
import { draftProblems } from './schedule-problems.ts';
import type { ScheduleSources } from './schedule-sources.ts';
import type { DeletionExtent } from './schedule-tables.ts';
import { isAbove } from './threshold-trigger.ts';
import { nextRuns } from './timing/next-runs.ts';

const shownRuns = 5;

type Effect = Pick<SchedulePreview, 'wouldDelete' | 'wouldFetch'> & { extent: DeletionExtent };

/** What a draft would do, according to the last snapshots. Nothing is saved, and no host is asked. */
export async function previewSchedule(
  draft: Schedule,
  sources: ScheduleSources,
  conflicts: SchedulePreview['conflicts'],
): Promise<SchedulePreview> {
  const hosts = sources.hosts();
  const problems = draftProblems(
    draft,
    sources.schedules().filter(({ id }) => id !== draft.id),
    sources,
  );
  const isBroken = problems.some(({ field }) => field === 'trigger' || field === 'timeZone');
  const { hostIds } = resolveTargets(draft.targets, hosts, sources.clouds());
  const chosen = new Set(hostIds);
  const isThreshold = draft.trigger.kind === 'threshold';
  const targets = hosts.filter((host) => chosen.has(host.id));
  const skipped = targets.flatMap((host) => {
    const reason = downReason(host) ?? (draft.action.kind === 'refresh' ? undefined : readOnlyReason(host, sources));
    return reason === undefined ? [] : [{ hostId: host.id, reason: reason.slice(0, 1_000) }];
  });
  const left = new Set(skipped.map(({ hostId }) => hostId));
  const usable = targets.filter((host) => !left.has(host.id) && (!isThreshold || isAbove(draft, host)));
  const hasAction = !problems.some(({ field }) => field === 'action');
  const { wouldDelete, wouldFetch, extent } = hasAction ? await effectOf(draft.action, usable, sources) : unknownEffect;
  return {
    nextRuns: isBroken ? [] : nextRuns(draft, sources.clock.now(), shownRuns),
    hostIds,
    skippedHosts: skipped,
    wouldDelete,
    wouldFetch,
    approval: approvalReason(extent, draft.limits, (id) => limitedHost(id, sources)),
    conflicts,
    problems,
    typedName: requiredName(draft, hostIds, hosts, sources.clouds()),
  };
}

const unknownEffect: Effect = { wouldDelete: null, wouldFetch: null, extent: {} };

async function effectOf(
  action: Schedule['action'],
  hosts: readonly HostSummary[],
  sources: ScheduleSources,
): Promise<Effect> {
  const none = (): Amount => ({ images: 0, bytes: 0 });
  switch (action.kind) {
    case 'clean':
    case 'refresh':
      return { ...unknownEffect, wouldDelete: none(), wouldFetch: none() };
    case 'prefetch': {
      const wouldFetch = none();
      for (const { id } of hosts) {
        for (const { description } of sources.images(id).queued)
          addImage(wouldFetch, description?.catalogueSizeBytes ?? null);
      }
      return { ...unknownEffect, wouldDelete: none(), wouldFetch };
    }
    case 'prune':
      return { wouldFetch: none(), ...(await prunedBy(action.toPercent ?? 100, hosts, sources)) };
    case 'golden':
      return syncedBy(action, hosts, sources);
    case 'waste':
      return { wouldFetch: none(), ...(await wasteOf(action.filterId, hosts, sources)) };
  }
}

async function prunedBy(
  percent: number,
  hosts: readonly HostSummary[],
  sources: ScheduleSources,
): Promise<Pick<Effect, 'wouldDelete' | 'extent'>> {
  const wouldDelete: Amount = { images: 0, bytes: 0 };
  const extent: DeletionExtent = {};
  let isKnown = true;
  const golden = await sources.golden.membersByHost();
  for (const { id, limitBytes } of hosts) {
    // Sorting the images of many hosts takes long: let other work run in between.
    await setImmediate();
    if (limitBytes === null) {
      isKnown = false;
      // Below its limit, a host is pruned by deletion, which needs to know the limit.
      if (percent === 100) extent[id] = { images: 0, golden: [], unknown: true };
      continue;
    }
    const { cached } = sources.images(id);
    const goes = leastRecentlyAccessed(cached, shareOfLimit(limitBytes, percent), { takesUnsized: false });
    addAmount(wouldDelete, amountOf(goes));
    const ids = goes.map(({ imageId }) => imageId);
    if (ids.length > 0) extent[id] = { images: ids.length, golden: goldenOf(ids, golden.on(id)), unknown: false };
  }
  return { wouldDelete: isKnown ? wouldDelete : null, extent };
}

async function syncedBy(
  { goldenId, deleteExtra }: Extract<Schedule['action'], { kind: 'golden' }>,
  hosts: readonly HostSummary[],
  sources: ScheduleSources,
): Promise<Effect> {
  const set = sources.goldenSets().find(({ id }) => id === goldenId);
  const drift = set ? (await sources.golden.drift(set.cloudId)).find(({ id }) => id === goldenId) : undefined;
  if (!drift) return unknownEffect;
  const chosen = new Set(hosts.map(({ id }) => id));
  const effect = {
    wouldDelete: { images: 0, bytes: 0 },
    wouldFetch: { images: 0, bytes: 0 },
    extent: {} as DeletionExtent,
  };
  for (const { hostId, state, missing, extra } of drift.hosts) {
    if (!chosen.has(hostId) || state === 'unknown') continue;
    addAmount(effect.wouldFetch, missing);
    if (!deleteExtra || extra.images === 0) continue;
    addAmount(effect.wouldDelete, extra);
    effect.extent[hostId] = { images: extra.images, golden: [], unknown: false };
  }
  return effect;
}

async function wasteOf(
  filterId: string,
  hosts: readonly HostSummary[],
  sources: ScheduleSources,
): Promise<Pick<Effect, 'wouldDelete' | 'extent'>> {
  const filter = [...builtInWasteFilters, ...sources.wasteFilters()].find(({ id }) => id === filterId);
  if (!filter) return unknownEffect;
  const golden = await sources.golden.membersByHost();
  const found = {
    conditions: filter.conditions,
    hosts: hosts.map((summary) => ({ summary, images: sources.images(summary.id) })),
    now: sources.clock.now(),
    golden: golden.on,
  };
  const targets = await inSlices(targetSteps(found, null));
  const wouldDelete: Amount = { images: 0, bytes: 0 };
  const extent: DeletionExtent = {};
  for (const [hostId, ofHost] of Map.groupBy(targets, (target) => target.hostId)) {
    const ids = new Set(ofHost.map(({ imageId }) => imageId));
    addAmount(wouldDelete, amountOf(sources.images(hostId).cached.filter(({ imageId }) => ids.has(imageId))));
    extent[hostId] = { images: ids.size, golden: goldenOf([...ids], golden.on(hostId)), unknown: false };
  }
  return { wouldDelete, extent };
}

function goldenOf(imageIds: readonly string[], golden: ReadonlySet<string>): string[] {
  return imageIds.filter((imageId) => golden.has(imageId));
}
