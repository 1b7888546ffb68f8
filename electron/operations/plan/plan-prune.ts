import { plural } from '../../contract/counts.ts';
import type { MethodName } from '../../contract/hosts.ts';
import { amountOf, type PrunePreview } from '../../contract/operations.ts';
import { formatSize } from '../../contract/sizes.ts';
import { shareOfLimit } from '../../fleet/maintenance-methods.ts';
import { countedBytes } from '../../ssh/disk-listing.ts';
import { isListReadable } from '../model/image-index.ts';
import type { OnDisk } from '../model/operated-host.ts';
import { hungPrune } from '../model/operation-texts.ts';
import { chooseMethod, clip, type HostView, type PlanInputs, refused, sshProblem, type Verdict } from './host-view.ts';
import { isUnsized, previewOf } from './predict-prune.ts';

/**
 * Plans a prune of one host, by the chosen method or the best one that works. It is refused while a prune sent before may
 * still run there (docs/glance-cache-api.md, trap 4). `toPercent`: the share of the limit to which the host is pruned. Its
 * own programs know only the limit, so below 100 the images are deleted one by one.
 */
export function planPrune(
  view: HostView,
  inputs: PlanInputs,
  chosen: MethodName | undefined,
  toPercent = 100,
): Verdict {
  if (toPercent < 100 && chosen !== undefined && chosen !== 'delete') return refused(onlyByDeleting);
  const choice = chooseMethod(view, 'prune', toPercent < 100 ? 'delete' : chosen);
  if ('why' in choice) return refused(choice.why);
  if (choice.method === 'delete') return planPruneByDelete(view, toPercent);
  const { runningPrune, summary } = view;
  // A prune of an operation that is still running is a conflict, which names that operation.
  const isFollowed = view.others.some(({ open }) => open.prune > 0);
  if (runningPrune && !isFollowed) return refused(hungPrune(summary.name, runningPrune, inputs.now));
  const disk = inputs.disk(summary.id);
  const onDisk = disk && 'listing' in disk ? disk : undefined;
  if (choice.method === 'native') {
    const planned = planNativePrune(view, onDisk);
    return disk && 'failure' in disk ? withNote(planned, sshProblem(disk.failure)) : planned;
  }
  if (onDisk) return planPruner(view, onDisk);
  const failure = disk && 'failure' in disk ? disk.failure : undefined;
  const why = failure ? sshProblem(failure) : 'Over SSH: not checked.';
  if (chosen !== undefined || summary.limitBytes === null) return refused(why);
  return withNote(planPruneByDelete(view), why);
}

function withNote(planned: Verdict, note: string): Verdict {
  return { ...planned, reason: clip(`${planned.reason ?? ''} ${note}`) };
}

const onlyByDeleting = 'Glance prunes to the limit. Only deleting images individually can prune to a share of it.';

/** Plans a prune by deleting images. The preview is exact: these images are deleted and no others. */
function planPruneByDelete(view: HostView, toPercent = 100): Verdict {
  const { summary } = view;
  if (!isListReadable(summary)) {
    return refused('The host returned null, so its images and their last access are unknown.');
  }
  if (summary.limitBytes === null) return refused('Its limit is not set.');
  // A deletion is sent only for images that are known to free something.
  const limitBytes = shareOfLimit(summary.limitBytes, toPercent);
  const preview = previewOf(view, limitBytes, 'stated', { takesUnsized: false });
  const known = { expected: amountOf(preview.goes), estimated: false, method: 'delete', preview } as const;
  const limit = `${formatSize(preview.limitBytes)}${toPercent < 100 ? ` (${toPercent} %)` : ''}`;
  const { unsized = 0 } = preview.held;
  if (preview.goes.length === 0 && unsized > 0) {
    return refused(
      `It is unknown whether it is within its limit of ${limit}: it reports no valid size for ` +
        `${plural(unsized, 'image')}. Delete images that are not needed, or prune on the host.`,
    );
  }
  if (preview.goes.length === 0) {
    return { verdict: 'alreadyDone', reason: `Within its limit of ${limit}.`, ...known };
  }
  const kept = unsized > 0 ? ` Kept and not counted: ${plural(unsized, 'image')} of unknown size.` : '';
  const reason = `Delete individually, least recently accessed first, until within the limit of ${limit}.${kept}`;
  return { verdict: 'willDo', reason, ...known };
}

/** Plans a prune by glance-cache-pruner. The host's own limit and files decide what it removes. */
function planPruner(view: HostView, onDisk: OnDisk): Verdict {
  const { configuration, listing } = onDisk;
  const { summary } = view;
  if (!isListReadable(summary)) {
    const reason = 'The host returned null, so it is unknown which images glance-cache-pruner deletes.';
    return { verdict: 'willDo', reason, expected: null, estimated: true, method: 'ssh' };
  }
  const { limitBytes, driver } = configuration;
  const held = countedBytes(listing, driver);
  const preview = previewOf(view, limitBytes, 'configuration', { onDisk });
  const limit = formatSize(limitBytes);
  if (wouldHang(view, configuration.driver, preview, held)) {
    return refused(
      `Files without a record alone exceed its limit of ${limit}. glance-cache-pruner would delete every ` +
        'image and never end. Remove these files on the host first.',
    );
  }
  const known = {
    expected: amountOf(preview.goes),
    estimated: configuration.problems.length > 0 || isUnsized(preview),
    method: 'ssh',
    preview,
  } as const;
  if (held <= limitBytes) {
    return { verdict: 'alreadyDone', reason: `Within the limit of ${limit} in its configuration.`, ...known };
  }
  const reason = `glance-cache-pruner over SSH: least recently accessed first, until within the host's limit of ${limit}.`;
  return { verdict: 'willDo', reason, ...known };
}

/**
 * Whether a prune would never end: with the centralized_db driver it does not if removing every record leaves the cache
 * directory over its limit (docs/glance-cache-api.md, trap 4).
 */
function wouldHang(view: HostView, driver: string, preview: PrunePreview, held: number): boolean {
  if (driver === 'sqlite' || driver === 'xattr') return false;
  return preview.goes.length === view.cached.size && held - amountOf(preview.goes).bytes > preview.limitBytes;
}

/**
 * Plans a prune by the host itself. The preview is an estimate unless the host's configuration was read over ssh: the host
 * prunes by its own limit, and counts files instead of records.
 */
function planNativePrune(view: HostView, onDisk: OnDisk | undefined): Verdict {
  const { summary } = view;
  if (!isListReadable(summary)) {
    const reason = 'The host returned null, so it is unknown which images will be deleted.';
    return { verdict: 'willDo', reason, expected: null, estimated: true, method: 'native' };
  }
  if (onDisk) {
    const { limitBytes, driver, problems } = onDisk.configuration;
    const held = countedBytes(onDisk.listing, driver);
    const preview = previewOf(view, limitBytes, 'configuration', { onDisk });
    const limit = formatSize(limitBytes);
    if (wouldHang(view, driver, preview, held)) {
      return refused(
        `Files without a record alone exceed its limit of ${limit}. The prune would delete every ` +
          'image and never end. Remove these files on the host first.',
      );
    }
    const reason =
      preview.goes.length === 0
        ? `Within the limit of ${limit} in its configuration: none expected.`
        : `Least recently accessed first, until within the host's limit of ${limit}.`;
    return {
      verdict: 'willDo',
      reason,
      expected: amountOf(preview.goes),
      estimated: problems.length > 0 || isUnsized(preview),
      preview,
      method: 'native',
    };
  }
  if (summary.limitBytes === null) {
    const reason = 'Its limit is not set in the console.';
    return { verdict: 'willDo', reason, expected: null, estimated: true, method: 'native' };
  }
  const preview = previewOf(view, summary.limitBytes, 'stated');
  const limit = formatSize(summary.limitBytes);
  const reason =
    preview.goes.length === 0
      ? `Within its limit of ${limit}: none expected.`
      : `Least recently accessed first, until within the limit of ${limit}.`;
  return { verdict: 'willDo', reason, expected: amountOf(preview.goes), estimated: true, preview, method: 'native' };
}
