import { plural } from '../../contract/counts.ts';
import type { Capabilities } from '../../contract/hosts.ts';
import type { ImageId } from '../../contract/images.ts';
import type { ImageIndex } from './image-index.ts';

// Two fetches of one image write one file (docs/glance-cache-api.md, trap 3). So the console starts no fetch of an
// image that its host may be fetching itself. This file decides when a host may be.

type FetchMode = Capabilities['fetch'] | undefined;

/** The reason why a queued image that is not stalled is not queued again. */
export const fetchMayBeRunning =
  'It is queued and not stalled. The host may be fetching it, and a second request would make two fetches write the same file.';

/** Why a queued image must not be read through its host: the host may be fetching it. Undefined if it may be read. */
export function readConflict(
  mode: FetchMode,
  { queued }: Pick<ImageIndex, 'queued'>,
  imageId: ImageId,
): string | undefined {
  const image = queued.get(imageId);
  if (!image || image.stalled !== null || mode === 'byProgram') return undefined;
  if (mode === 'periodic') {
    return (
      'The host’s periodic job fetches it, by default within 5 minutes. A download at the same time would write the same ' +
      'file. It can be downloaded once it counts as stalled.'
    );
  }
  return 'The host fetches queued images immediately, and this one is not stalled.';
}

/** Why glance-cache-prefetcher must not be run: the host may be fetching a queued image. Undefined if it may be run. */
export function prefetcherConflict(mode: FetchMode, { queued }: Pick<ImageIndex, 'queued'>): string | undefined {
  if (mode !== 'atOnce') return undefined;
  const fetching = [...queued.values()].filter(({ stalled }) => stalled === null).length;
  if (fetching === 0) return undefined;
  return `The host fetches queued images immediately, and ${plural(fetching, 'queued image is', 'queued images are')} not stalled.`;
}

/** The warning for every action on stalled images. */
export function stalledWarning(hostName: string): string {
  return (
    `The stalled state on ${hostName} is an estimate based on waiting time and image size. On a very slow store the ` +
    'fetch may still be running, and a second one would write the same file. Check the host, or restart the service first.'
  );
}
