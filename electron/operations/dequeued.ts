import type { HostId } from '../contract/hosts.ts';
import type { ImageId } from '../contract/images.ts';

const none: ReadonlyMap<ImageId, number> = new Map();

/**
 * Images that the console took out of a host's queue, and until when their fetch may go on unseen (glance-cache-api,
 * section 3: a delete or clear does not end a fetch). Asking for one of them meanwhile would be a second fetch.
 */
export class Dequeued {
  readonly #hosts = new Map<HostId, Map<ImageId, number>>();

  /** `until` and `now` in epoch milliseconds. */
  add(hostId: HostId, imageId: ImageId, until: number, now: number): void {
    const ofHost = this.#hosts.get(hostId) ?? new Map<ImageId, number>();
    this.#hosts.set(hostId, ofHost);
    for (const [id, end] of ofHost) if (end <= now) ofHost.delete(id);
    ofHost.set(imageId, until);
  }

  of(hostId: HostId): ReadonlyMap<ImageId, number> {
    return this.#hosts.get(hostId) ?? none;
  }
}
