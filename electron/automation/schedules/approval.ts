import type { CloudId } from '../../contract/clouds.ts';
import { plural } from '../../contract/counts.ts';
import { ExpectedFailure } from '../../contract/failure.ts';
import type { HostId } from '../../contract/hosts.ts';
import type { ImageId } from '../../contract/images.ts';
import { type Amount, addAmount, type Plan } from '../../contract/operations.ts';
import type { Schedule, ScheduleRun } from '../../contract/schedules.ts';
import type { DeletionExtent } from './schedule-tables.ts';

/** The inputs, besides the plan, that the extent of a plan depends on. */
export type ExtentSources = {
  /** The images that golden sets want on a host. */
  golden: (hostId: HostId) => ReadonlySet<ImageId>;
  /** Whether the members of the golden sets of a host's cloud are unknown. */
  isGoldenUnknown: (hostId: HostId) => boolean;
};

/** What a plan deletes on each host, and in total. A host where the plan deletes nothing is left out. */
export function extentOf(
  plan: Plan,
  { golden, isGoldenUnknown }: ExtentSources,
): { extent: DeletionExtent; sum: Amount } {
  const extent: DeletionExtent = {};
  const sum: Amount = { images: 0, bytes: 0 };
  const { kind } = plan.action;
  if (kind === 'queue' || kind === 'clean' || kind === 'prefetch') return { extent, sum };
  for (const { hostId, imageId, verdict, step, expected, preview } of plan.targets) {
    if (verdict !== 'willDo' || step === 'queue') continue;
    const ofHost = extent[hostId] ?? { images: 0, golden: [], unknown: false };
    if (imageId === null) {
      const images = preview?.goes.map((image) => image.imageId) ?? [];
      ofHost.images += expected?.images ?? images.length;
      ofHost.unknown ||= expected === null;
      ofHost.golden.push(...images.filter((image) => golden(hostId).has(image)));
    } else {
      ofHost.images += 1;
      if (golden(hostId).has(imageId)) ofHost.golden.push(imageId);
    }
    if (ofHost.images === 0 && !ofHost.unknown) continue;
    ofHost.unknown ||= isGoldenUnknown(hostId);
    extent[hostId] = ofHost;
    if (expected) addAmount(sum, expected);
  }
  return { extent, sum };
}

/** A host as the texts and limits of an approval need it. */
export type LimitedHost = { id: HostId; name: string; cloudId: CloudId; cached: number };

/** Why a run that would delete this has to wait for approval; null if it has not. */
export function approvalReason(
  extent: DeletionExtent,
  { images: maxImages, percent: maxPercent }: Schedule['limits'],
  host: (hostId: HostId) => LimitedHost | undefined,
): string | null {
  const reasons: string[] = [];
  const entries = Object.entries(extent);
  const total = entries.reduce((sum, [, { images }]) => sum + images, 0);
  if (maxImages !== null && total > maxImages) {
    reasons.push(`It would delete ${plural(total, 'image')}; the limit is ${maxImages}.`);
  }
  const names = (ids: readonly HostId[]) => listed(ids.map((id) => host(id)?.name ?? id));
  if (maxPercent !== null) {
    const over = entries.filter(
      ([id, { images }]) => images * 100 > maxPercent * Math.max(host(id)?.cached ?? 0, images),
    );
    if (over.length > 0) {
      reasons.push(`It would delete more than ${maxPercent} % of the images of ${names(over.map(([id]) => id))}.`);
    }
  }
  const golden = entries.filter((entry) => entry[1].golden.length > 0);
  if (golden.length > 0) {
    const count = new Set(golden.flatMap(([, one]) => one.golden)).size;
    reasons.push(`It would delete ${plural(count, 'golden image')} on ${names(golden.map(([id]) => id))}.`);
  }
  const unknown = entries.filter((entry) => entry[1].unknown);
  if (unknown.length > 0) {
    reasons.push(
      `It is unknown which images ${names(unknown.map(([id]) => id))} would delete, or which of them are golden. ` +
        'Set the cache limit of the host, and check that the image catalog of its cloud can be read.',
    );
  }
  return reasons.length > 0 ? reasons.join(' ').slice(0, 1_000) : null;
}

/** How a new plan exceeds the approved extent; null if it is within it. */
export function beyondApproved(
  extent: DeletionExtent,
  approved: DeletionExtent,
  host: (hostId: HostId) => Pick<LimitedHost, 'name'> | undefined,
): string | null {
  for (const [hostId, now] of Object.entries(extent)) {
    const name = host(hostId)?.name ?? hostId;
    const before = approved[hostId];
    if (!before) return `It would now also delete images on ${name}.`;
    if (before.unknown) continue;
    if (now.unknown) return `It is now unknown what ${name} would delete.`;
    if (now.images > before.images) {
      return `It would now delete ${plural(now.images, 'image')} on ${name}; approved were ${before.images}.`;
    }
    if (now.golden.some((imageId) => !before.golden.includes(imageId))) {
      return `It would now delete other golden images on ${name}.`;
    }
  }
  return null;
}

/** A short list of names: `a, b, c and 7 more`. */
function listed(names: readonly string[]): string {
  const more = names.length > 5 ? ` and ${names.length - 5} more` : '';
  return `${names.slice(0, 5).join(', ')}${more}`;
}

/** The failure of an approval whose plan is beyond what was approved. `beyond` says in what. */
export function changedSinceApproval(beyond: string): ExpectedFailure {
  return new ExpectedFailure({
    code: 'invalidInput',
    message: `The hosts have changed. ${beyond}`,
    remedy: 'Check the new plan, then approve the run again. Nothing was sent.',
    notSent: true,
  });
}

/** The failure of an approval while nothing can be done on any host of the run. */
export function noHostToWorkOn([first]: ScheduleRun['skippedHosts']): ExpectedFailure {
  return new ExpectedFailure({
    code: 'invalidInput',
    message: `No host of this run can be worked on now. ${first?.reason ?? ''}`.trim(),
    remedy: 'Approve the run when its hosts answer. Nothing was sent.',
    notSent: true,
  });
}

/** The failure of an approval while another run has its turn at a host. */
export function hostsInUse(): ExpectedFailure {
  return new ExpectedFailure({
    code: 'invalidInput',
    message: 'Another schedule is using hosts of this run.',
    remedy: 'Approve the run when it ends. Nothing was sent.',
    notSent: true,
  });
}
