import { plural } from '../../contract/counts.ts';
import type { MethodName } from '../../contract/hosts.ts';
import type { CleanPreview } from '../../contract/operations.ts';
import { formatDuration } from '../../lib/duration.ts';
import { cleanable } from '../../ssh/disk-listing.ts';
import type { OnDisk } from '../model/operated-host.ts';
import { chooseMethod, clip, type HostView, type PlanInputs, refused, sshProblem, type Verdict } from './host-view.ts';

/** The preview of a clean names this many files at most. */
const maxPreviewFiles = 1_000;

/** Plans a clean of one host. The preview names the files if the cache directory was read over ssh. */
export function planClean(view: HostView, inputs: PlanInputs, chosen: MethodName | undefined): Verdict {
  const choice = chooseMethod(view, 'clean', chosen);
  if ('why' in choice) return refused(choice.why);
  const disk = inputs.disk(view.summary.id);
  if (disk && 'listing' in disk) return planCleanOnDisk(choice.method, disk);
  const why = disk ? sshProblem(disk.failure) : '';
  if (choice.method === 'ssh') return refused(why || 'Over SSH: not checked.');
  const reason = clip(`Number of invalid and stalled files not available. ${why}`);
  return { verdict: 'willDo', reason, expected: null, estimated: true, method: choice.method };
}

function planCleanOnDisk(method: MethodName, { configuration, listing }: OnDisk): Verdict {
  const { stallSeconds, problems } = configuration;
  const files = cleanable(listing, stallSeconds);
  const bytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const cleans: CleanPreview = {
    files: files.slice(0, maxPreviewFiles),
    total: files.length,
    bytes,
    stallSeconds,
    hostTime: listing.hostTime,
  };
  const expected = { images: files.length, bytes };
  const known = { expected, estimated: listing.truncated || problems.length > 0, method, cleans };
  const stalled = `unchanged for ${formatDuration(stallSeconds * 1_000)}`;
  if (files.length === 0) {
    return { verdict: 'alreadyDone', reason: `No invalid files, and no incomplete files ${stalled}.`, ...known };
  }
  const reason = `${plural(files.length, 'file')}: invalid, or incomplete and ${stalled}.`;
  return { verdict: 'willDo', reason, ...known };
}
