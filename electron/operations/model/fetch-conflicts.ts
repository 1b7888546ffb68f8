import type { Capabilities } from '../../contract/hosts.ts';
import type { ImageId } from '../../contract/images.ts';
import { plural } from '../../lib/text.ts';
import type { ImageIndex } from './image-index.ts';

// Two fetches of one image write one file (docs/glance-cache-api.md, trap 3). So the console starts no fetch of an
// image that its host may be fetching itself. Here is when a host may.

type FetchMode = Capabilities['fetch'] | undefined;

/** Why a queued image that is not stalled is not queued again. */
export const fetchMayBeRunning =
  'It is queued and not stalled: it may be being fetched, and a second request would make two fetches write one file.';

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
      'A job of the host’s own fetches it, by default within 5 minutes: read at the same time, both would write one ' +
      'file. It can be read once it counts as stalled.'
    );
  }
  return 'The host fetches it at once by itself, and it is not stalled.';
}

/** Why glance-cache-prefetcher must not be run: the host may be fetching a queued image. Undefined if it may be run. */
export function prefetcherConflict(mode: FetchMode, { queued }: Pick<ImageIndex, 'queued'>): string | undefined {
  if (mode !== 'atOnce') return undefined;
  const fetching = [...queued.values()].filter(({ stalled }) => stalled === null).length;
  if (fetching === 0) return undefined;
  return `It fetches what is queued at once by itself, and ${plural(fetching, 'queued image is', 'queued images are')} not stalled.`;
}

/** The warning wherever something is done about stalled images. */
export function stalledWarning(hostName: string): string {
  return (
    `That an image is stalled on ${hostName} is a guess, by the time that it waits and its size. On a very slow store its ` +
    'fetch may still be living, and a second one would write the same file: be sure, or restart the service first.'
  );
}
