import type { HostId, RungName } from '../../contract/hosts.ts';
import type { ImageId } from '../../contract/images.ts';
import type { Action, PlannedTarget } from '../../contract/operations.ts';
import { maintenanceOf } from '../../fleet/ladder.ts';
import { plural } from '../../lib/text.ts';
import { listTells } from '../model/list.ts';
import type { Seen } from '../model/seen.ts';
import { clip, type Ground, type HostLook, notNow } from './look.ts';
import { judgeRead, mayBeFetchedThere } from './plan-read.ts';
import { chosenRung, takeRung } from './rungs.ts';

type Verdict = Pick<PlannedTarget, 'verdict' | 'reason' | 'expected' | 'estimated' | 'rung'>;
export type PrefetchAction = Extract<Action, { kind: 'prefetch' }>;

type PrefetchTarget = { hostId: HostId; imageId: ImageId | null; step: null };

const nothing = { images: 0, bytes: 0 };

/** A host as one target for its prefetcher, or each image that is to be read there as a target of its own. */
export function prefetchTargets(action: PrefetchAction, ground: Ground): PrefetchTarget[] {
  return action.hostIds.flatMap((hostId): PrefetchTarget[] => {
    const look = ground.host(hostId);
    const taken = look && !standsStill(look) ? wayOf(look, ground, chosenRung(action, hostId)) : undefined;
    if (!look || !taken || !('rung' in taken) || taken.rung !== 'read') return [{ hostId, imageId: null, step: null }];
    const only = action.only?.flatMap((target) => (target.hostId === hostId ? [target.imageId] : [])) ?? [];
    const imageIds = only.length > 0 ? only : [...look.queued.keys()];
    return imageIds.map((imageId) => ({ hostId, imageId, step: null }));
  });
}

/** What a prefetch would do: at a host as a whole, or with one image that is read there. */
export function judgePrefetch(
  look: HostLook,
  imageId: ImageId | null,
  action: PrefetchAction,
  ground: Ground,
): Verdict {
  const still = standsStill(look);
  if (still) return still;
  if (imageId !== null) return judgeRead(look, ground.catalogue(look.summary.cloudId), imageId);
  const taken = wayOf(look, ground, chosenRung(action, look.summary.id));
  if ('why' in taken) return refuse(taken.why);
  const living = mayFetch(look.capabilities?.fetch, look);
  if (living) return already(living);
  const why = programCannot(look, ground);
  if (why !== undefined) return refuse(why);
  return {
    verdict: 'willDo',
    reason: `glance-cache-prefetcher over ssh fetches ${plural(look.queued.size, 'queued image')}.`,
    expected: { images: look.queued.size, bytes: queuedBytes(look) },
    estimated: true,
    rung: 'ssh',
  };
}

/** Why nothing at all is to be fetched there. */
function standsStill(look: HostLook): Verdict | undefined {
  const why = notNow(look);
  if (why) return refuse(why);
  if (!listTells(look.summary)) return refuse('The host lists null: what is queued there, it does not tell.');
  if (look.queued.size === 0) return already('Nothing is queued.');
  const living = [...look.queued.keys()].filter((imageId) => mayBeFetchedThere(look, imageId)).length;
  if (look.capabilities?.fetch !== 'atOnce' || living < look.queued.size) return undefined;
  return already(mayFetch('atOnce', look) ?? '');
}

/** The chosen way; else the prefetcher where it works, and where not, reading, where there is anything that may be read. */
function wayOf(look: HostLook, ground: Ground, chosen: RungName | undefined): { rung: RungName } | { why: string } {
  const ladder = maintenanceOf(look.capabilities, look.summary.limitBytes, look.overSsh).prefetch;
  const taken = takeRung(ladder, chosen);
  if ('why' in taken || taken.rung !== 'ssh' || chosen !== undefined) return taken;
  const cannot = programCannot(look, ground) ?? mayFetch(look.capabilities?.fetch, look);
  const readable = [...look.queued.keys()].some((imageId) => !mayBeFetchedThere(look, imageId));
  if (cannot === undefined || !readable) return taken;
  const read = takeRung(ladder, 'read');
  return 'why' in read ? taken : read;
}

/** Why the prefetcher of a host that can be reached over ssh cannot be run. */
function programCannot({ summary }: HostLook, ground: Ground): string | undefined {
  const prefetcher = ground.prefetcher(summary.id);
  if (!prefetcher) return 'Over ssh: it was not asked.';
  if ('failure' in prefetcher) return `Over ssh: ${prefetcher.failure.message} ${prefetcher.failure.remedy}`;
  return prefetcher.works ? undefined : `${prefetcher.reason} ${prefetcher.remedy}`;
}

/** What should be known before images are prefetched at a host. */
export function prefetchWarnings(look: HostLook, targets: readonly PlannedTarget[], ground: Ground): string[] {
  const warnings: string[] = [];
  const { name } = look.summary;
  const reads = targets.some(({ rung }) => rung === 'read');
  const cannot = reads && look.overSsh && ground.prefetcher(look.summary.id) ? programCannot(look, ground) : undefined;
  if (cannot) warnings.push(`${name}: its prefetcher is not run. ${cannot}`);
  if (look.capabilities?.fetch !== 'byProgram') warnings.push(stalledIsAGuess(name));
  return warnings;
}

/** What has to be said wherever something is done about what is stalled (glance-cache-api, trap 3). */
export function stalledIsAGuess(hostName: string): string {
  return (
    `That an image is stalled on ${hostName} is a guess, by the time that it waits and its size. On a very slow store its ` +
    'fetch may still be living, and a second one would write the same file: be sure, or restart the service first.'
  );
}

/**
 * Why the prefetcher must not be run: a host that fetches at once may be fetching what is queued and not stalled, and two
 * fetches write one file (glance-cache-api, trap 3).
 */
export function mayFetch(fetch: 'atOnce' | 'periodic' | 'byProgram' | undefined, { queued }: Pick<Seen, 'queued'>) {
  if (fetch !== 'atOnce') return undefined;
  const living = [...queued.values()].filter(({ stalled }) => stalled === null).length;
  if (living === 0) return undefined;
  return `It fetches what is queued at once by itself, and ${plural(living, 'queued image is', 'queued images are')} not stalled.`;
}

function queuedBytes({ queued }: HostLook): number {
  let bytes = 0;
  for (const { description } of queued.values()) bytes += description?.catalogueSizeBytes ?? 0;
  return bytes;
}

function already(reason: string): Verdict {
  return { verdict: 'alreadyDone', reason, expected: nothing, estimated: false, rung: null };
}

function refuse(reason: string): Verdict {
  return { verdict: 'refused', reason: clip(reason), expected: null, estimated: false, rung: null };
}
