import type { Capabilities } from '../contract/hosts.ts';
import type { ImageId } from '../contract/images.ts';

/** Below `/v2/cache/` of a host with 2.18 these are procedures, not images. */
const taken = new Set(['prune', 'clean', 'nodes']);

/**
 * Why a request for one image cannot name this id; undefined when it can. A host's queue may hold anything that was
 * ever asked for through the legacy middleware (docs/glance-cache-api.md, sections 2 and 3), also what no URL reaches.
 */
export function unaddressable(imageId: ImageId, capabilities: Capabilities): string | undefined {
  if (imageId === '.' || imageId === '..') return 'A URL cannot end in this id: it would name another path.';
  if (/[/\\]/.test(imageId)) return 'Glance finds no id with a slash in it, also when it is encoded.';
  if (!imageId.isWellFormed() || imageId.includes('\uFFFD')) {
    return 'The host told this id in bytes that are not UTF-8: it cannot be named in a request.';
  }
  if (capabilities.versions.includes('2.18') && taken.has(imageId)) {
    return `Glance takes “${imageId}” in this place for the name of a procedure, not of an image.`;
  }
  return undefined;
}
