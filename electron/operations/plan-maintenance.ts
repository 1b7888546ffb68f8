import type { RungName } from '../contract/hosts.ts';
import type { PlannedTarget, PrunePreview } from '../contract/operations.ts';
import { formatSize } from '../contract/units.ts';
import { maintenanceOf } from '../fleet/ladder.ts';
import { listTells } from './list.ts';
import { clip, type Ground, type HostLook, notNow } from './look.ts';
import { leastRecentlyAccessed } from './plan-hosts.ts';
import { takeRung } from './rungs.ts';
import { hungPrune } from './words.ts';

type Verdict = Pick<PlannedTarget, 'verdict' | 'reason' | 'expected' | 'estimated' | 'rung' | 'preview'>;

/** What a prune would take away, and by which way. */
export function judgePrune(look: HostLook, ground: Ground, chosen: RungName | undefined): Verdict {
  const taken = wayOf(look, 'prune', chosen);
  if ('why' in taken) return refuse(taken.why);
  return taken.rung === 'delete' ? judgeByDelete(look) : judgeNative(look, ground);
}

/** Exact: just these images are deleted. */
function judgeByDelete(look: HostLook): Verdict {
  const { summary } = look;
  if (!listTells(summary))
    return refuse('The host lists null: which images it has, and when they were read, it does not tell.');
  const preview = previewOf(look);
  if (!preview) return refuse('Its limit is not stated.');
  const known = { expected: amountOf(preview), estimated: false, rung: 'delete', preview } as const;
  const limit = formatSize(preview.limitBytes);
  if (preview.goes.length === 0) {
    return { verdict: 'alreadyDone', reason: `It is within its stated limit of ${limit}.`, ...known };
  }
  const reason = `Deleted one by one, least recently accessed first, until within the stated limit of ${limit}.`;
  return { verdict: 'willDo', reason, ...known };
}

/** An estimate, since the host keeps its own limit and counts files, not records. */
function judgeNative(look: HostLook, { now, pruneMayRun }: Ground): Verdict {
  const { prune, summary } = look;
  if (prune && prune.state !== 'returned' && now - prune.at < pruneMayRun) {
    return refuse(hungPrune(summary.name, prune, now));
  }
  const preview = listTells(summary) ? previewOf(look) : null;
  if (!preview) {
    const reason = listTells(summary)
      ? 'Only the host knows its limit.'
      : 'The host lists null: what goes, only it knows.';
    return { verdict: 'willDo', reason, expected: null, estimated: true, rung: 'native', preview };
  }
  const limit = formatSize(preview.limitBytes);
  const reason =
    preview.goes.length === 0
      ? `It is within its stated limit of ${limit}: nothing should go.`
      : `Least recently accessed first, until within the stated limit of ${limit}.`;
  return { verdict: 'willDo', reason, expected: amountOf(preview), estimated: true, rung: 'native', preview };
}

export function judgeClean(look: HostLook, chosen: RungName | undefined): Verdict {
  const taken = wayOf(look, 'clean', chosen);
  if ('why' in taken) return refuse(taken.why);
  const reason = 'Only the host knows its invalid and stalled files.';
  return { verdict: 'willDo', reason, expected: null, estimated: true, rung: taken.rung, preview: null };
}

function wayOf(look: HostLook, what: 'prune' | 'clean', chosen: RungName | undefined) {
  const why = notNow(look);
  if (why) return { why };
  return takeRung(maintenanceOf(look.capabilities, look.summary.limitBytes)[what], chosen);
}

function previewOf({ cached, summary }: HostLook): PrunePreview | null {
  const { limitBytes } = summary;
  if (limitBytes === null) return null;
  const images = [...cached.values()];
  const goes = leastRecentlyAccessed(images, limitBytes);
  const held = { images: images.length, bytes: images.reduce((sum, image) => sum + image.sizeBytes, 0) };
  const gone = goes.reduce((sum, image) => sum + image.sizeBytes, 0);
  return {
    goes: goes.map(({ imageId, description, sizeBytes, lastAccessed }) => ({
      imageId,
      imageName: description?.name ?? null,
      sizeBytes,
      lastAccessed,
    })),
    limitBytes,
    held,
    left: { images: held.images - goes.length, bytes: held.bytes - gone },
  };
}

function amountOf({ goes }: PrunePreview) {
  return { images: goes.length, bytes: goes.reduce((sum, image) => sum + image.sizeBytes, 0) };
}

function refuse(reason: string): Verdict {
  return { verdict: 'refused', reason: clip(reason), expected: null, estimated: false, rung: null, preview: null };
}
