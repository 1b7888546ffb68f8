import type { HostImages, HostSummary } from '../../../electron/contract/fleet.ts';
import type { CachedImage, ImageId } from '../../../electron/contract/images.ts';

/** How an image stands on a host, as last seen; `unread` where the host was never read. */
export type ImagePlace = {
  host: HostSummary;
  where: 'cached' | 'queued' | 'missing' | 'unread';
  image: CachedImage | undefined;
};

/** Where an image is among some hosts, host by host. An image that is cached and queued counts as cached. */
export function placesOf(imageId: ImageId, hosts: readonly HostSummary[], known: readonly HostImages[]): ImagePlace[] {
  const byHost = new Map(known.map((images) => [images.hostId, images]));
  return hosts.map((host) => {
    const images = byHost.get(host.id);
    if (!images || images.takenAt === null) return { host, where: 'unread', image: undefined };
    const image = images.cached.find((each) => each.imageId === imageId);
    if (image) return { host, where: 'cached', image };
    const queued = images.queued.some((each) => each.imageId === imageId);
    return { host, where: queued ? 'queued' : 'missing', image: undefined };
  });
}
