import type { Failure } from '../../contract/failure.ts';
import type { RungName } from '../../contract/hosts.ts';
import type { CleanPreview, PlannedTarget, PrunePreview } from '../../contract/operations.ts';
import { formatSize } from '../../contract/units.ts';
import { maintenanceOf } from '../../fleet/ladder.ts';
import { formatDuration, plural } from '../../lib/text.ts';
import { cleanable, countedBytes } from '../../ssh/disk-listing.ts';
import { listTells } from '../model/list.ts';
import type { OnDisk } from '../model/remote.ts';
import { hungPrune } from '../model/words.ts';
import { clip, type Ground, type HostLook, notNow } from './look.ts';
import { leastRecentlyAccessed } from './plan-hosts.ts';
import { takeRung } from './rungs.ts';

type Verdict = Pick<PlannedTarget, 'verdict' | 'reason' | 'expected' | 'estimated' | 'rung' | 'preview' | 'cleans'>;

const previewed = 1_000;

/** What a prune would take away, and by which way. */
export function judgePrune(look: HostLook, ground: Ground, chosen: RungName | undefined): Verdict {
  const taken = wayOf(look, 'prune', chosen);
  if ('why' in taken) return refuse(taken.why);
  if (taken.rung === 'delete') return judgeByDelete(look);
  const { runningPrune, summary } = look;
  if (runningPrune) return refuse(hungPrune(summary.name, runningPrune, ground.now));
  const disk = ground.disk(summary.id);
  const onDisk = disk && 'listing' in disk ? disk : undefined;
  if (taken.rung === 'native') {
    const judged = judgeNative(look, onDisk);
    return disk && 'failure' in disk
      ? { ...judged, reason: clip(`${judged.reason ?? ''} ${unseen(disk.failure)}`) }
      : judged;
  }
  if (onDisk) return judgeByPruner(look, onDisk);
  const failure = disk && 'failure' in disk ? disk.failure : undefined;
  const why = failure ? unseen(failure) : 'Over ssh: it was not asked.';
  if (chosen !== undefined || summary.limitBytes === null) return refuse(why);
  const instead = judgeByDelete(look);
  return { ...instead, reason: clip(`${instead.reason ?? ''} ${why}`) };
}

/** Exact: just these images are deleted. */
function judgeByDelete(look: HostLook): Verdict {
  const { summary } = look;
  if (!listTells(summary)) {
    return refuse('The host lists null: which images it has, and when they were read, it does not tell.');
  }
  if (summary.limitBytes === null) return refuse('Its limit is not stated.');
  const preview = previewOf(look, summary.limitBytes, 'stated');
  const known = { expected: amountOf(preview), estimated: false, rung: 'delete', preview, cleans: null } as const;
  const limit = formatSize(preview.limitBytes);
  if (preview.goes.length === 0) {
    return { verdict: 'alreadyDone', reason: `It is within its stated limit of ${limit}.`, ...known };
  }
  const reason = `Deleted one by one, least recently accessed first, until within the stated limit of ${limit}.`;
  return { verdict: 'willDo', reason, ...known };
}

/** The host's own program, by the host's own limit and files. */
function judgeByPruner(look: HostLook, { configuration, listing }: OnDisk): Verdict {
  const { summary } = look;
  if (!listTells(summary)) {
    const reason = 'The host lists null: what its pruner takes, only it knows.';
    return { verdict: 'willDo', reason, expected: null, estimated: true, rung: 'ssh', preview: null, cleans: null };
  }
  const { limitBytes, driver } = configuration;
  const held = countedBytes(listing, driver);
  const preview = previewOf(look, limitBytes, 'configuration', held);
  const limit = formatSize(limitBytes);
  if (hangs(look, configuration.driver, preview, held)) {
    return refuse(
      `Files without a record alone keep its cache directory over its limit of ${limit}: its pruner would remove every ` +
        'image and never end. Remove those files on the host first.',
    );
  }
  const known = {
    expected: amountOf(preview),
    estimated: configuration.problems.length > 0,
    rung: 'ssh',
    preview,
    cleans: null,
  } as const;
  if (held <= limitBytes) {
    return { verdict: 'alreadyDone', reason: `It is within its limit of ${limit}, by its configuration.`, ...known };
  }
  const reason = `glance-cache-pruner over ssh: least recently accessed first, until within the host's limit of ${limit}.`;
  return { verdict: 'willDo', reason, ...known };
}

/** Glance's centralized_db driver never ends a prune that no record can bring within the limit (trap 4). */
function hangs(look: HostLook, driver: string, preview: PrunePreview, held: number): boolean {
  if (driver === 'sqlite' || driver === 'xattr') return false;
  return preview.goes.length === look.cached.size && held - amountOf(preview).bytes > preview.limitBytes;
}

/** An estimate unless its configuration was read, since the host keeps its own limit and counts files, not records. */
function judgeNative(look: HostLook, disk: OnDisk | undefined): Verdict {
  const { summary } = look;
  const way = { rung: 'native', cleans: null } as const;
  if (!listTells(summary)) {
    const reason = 'The host lists null: what goes, only it knows.';
    return { verdict: 'willDo', reason, expected: null, estimated: true, preview: null, ...way };
  }
  if (disk) {
    const { limitBytes, driver, problems } = disk.configuration;
    const held = countedBytes(disk.listing, driver);
    const preview = previewOf(look, limitBytes, 'configuration', held);
    const limit = formatSize(limitBytes);
    if (hangs(look, driver, preview, held)) {
      return refuse(
        `Files without a record alone keep its cache directory over its limit of ${limit}: the prune would remove every ` +
          'image and never end. Remove those files on the host first.',
      );
    }
    const reason =
      preview.goes.length === 0
        ? `It is within its limit of ${limit}, by its configuration: nothing should go.`
        : `Least recently accessed first, until within the host's own limit of ${limit}.`;
    return { verdict: 'willDo', reason, expected: amountOf(preview), estimated: problems.length > 0, preview, ...way };
  }
  if (summary.limitBytes === null) {
    const reason = 'Only the host knows its limit.';
    return { verdict: 'willDo', reason, expected: null, estimated: true, preview: null, ...way };
  }
  const preview = previewOf(look, summary.limitBytes, 'stated');
  const limit = formatSize(summary.limitBytes);
  const reason =
    preview.goes.length === 0
      ? `It is within its stated limit of ${limit}: nothing should go.`
      : `Least recently accessed first, until within the stated limit of ${limit}.`;
  return { verdict: 'willDo', reason, expected: amountOf(preview), estimated: true, preview, ...way };
}

/** What a clean would take away: the files themselves where they were seen over ssh. */
export function judgeClean(look: HostLook, ground: Ground, chosen: RungName | undefined): Verdict {
  const taken = wayOf(look, 'clean', chosen);
  if ('why' in taken) return refuse(taken.why);
  const disk = ground.disk(look.summary.id);
  if (disk && 'listing' in disk) return judgeCleanOnDisk(taken.rung, disk);
  const why = disk ? unseen(disk.failure) : '';
  if (taken.rung === 'ssh') return refuse(why || 'Over ssh: it was not asked.');
  const reason = clip(`Only the host knows its invalid and stalled files. ${why}`);
  return { verdict: 'willDo', reason, expected: null, estimated: true, rung: taken.rung, preview: null, cleans: null };
}

function judgeCleanOnDisk(rung: RungName, { configuration, listing }: OnDisk): Verdict {
  const { stallSeconds, problems } = configuration;
  const files = cleanable(listing, stallSeconds);
  const bytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const cleans: CleanPreview = {
    files: files.slice(0, previewed),
    total: files.length,
    bytes,
    stallSeconds,
    hostTime: listing.hostTime,
  };
  const expected = { images: files.length, bytes };
  const known = { expected, estimated: listing.truncated || problems.length > 0, rung, preview: null, cleans };
  const stalled = `not written to for ${formatDuration(stallSeconds * 1_000)}`;
  if (files.length === 0) {
    return { verdict: 'alreadyDone', reason: `Nothing is invalid, and nothing incomplete was ${stalled}.`, ...known };
  }
  const reason = `${plural(files.length, 'file')}: all that is invalid, and what is incomplete and was ${stalled}.`;
  return { verdict: 'willDo', reason, ...known };
}

/** Why the host's directory and configuration could not be seen. */
function unseen({ message, remedy }: Failure): string {
  return `Over ssh: ${message} ${remedy}`;
}

function wayOf(look: HostLook, what: 'prune' | 'clean', chosen: RungName | undefined) {
  const why = notNow(look);
  if (why) return { why };
  return takeRung(maintenanceOf(look.capabilities, look.summary.limitBytes, look.overSsh)[what], chosen);
}

/** `counted`: what the host takes for the size of its cache, where that is known. */
function previewOf(
  { cached }: HostLook,
  limitBytes: number,
  limitFrom: PrunePreview['limitFrom'],
  counted?: number,
): PrunePreview {
  const images = [...cached.values()];
  const held = { images: images.length, bytes: counted ?? images.reduce((sum, image) => sum + image.sizeBytes, 0) };
  const goes = leastRecentlyAccessed(images, limitBytes, held.bytes);
  const gone = goes.reduce((sum, image) => sum + image.sizeBytes, 0);
  return {
    goes: goes.map(({ imageId, description, sizeBytes, lastAccessed }) => ({
      imageId,
      imageName: description?.name ?? null,
      sizeBytes,
      lastAccessed,
    })),
    limitBytes,
    limitFrom,
    held,
    left: { images: held.images - goes.length, bytes: Math.max(0, held.bytes - gone) },
  };
}

function amountOf({ goes }: PrunePreview) {
  return { images: goes.length, bytes: goes.reduce((sum, image) => sum + image.sizeBytes, 0) };
}

function refuse(reason: string): Verdict {
  return {
    verdict: 'refused',
    reason: clip(reason),
    expected: null,
    estimated: false,
    rung: null,
    preview: null,
    cleans: null,
  };
}
