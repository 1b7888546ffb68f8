import type { HostId } from '../contract/hosts.ts';
import type { ImageId } from '../contract/images.ts';

/** Milliseconds for which it is kept: longer than any list that a request rests on is old. */
const keep = 60_000;

/** When the console last asked a host for an image: a list that is older than that tells nothing about it. */
export class Asked {
  readonly #hosts = new Map<HostId, Map<ImageId, number>>();

  /** `now` in epoch milliseconds. */
  note(hostId: HostId, imageId: ImageId, now: number): void {
    const ofHost = this.#hosts.get(hostId) ?? new Map<ImageId, number>();
    this.#hosts.set(hostId, ofHost);
    // The oldest are first: each note goes to the end.
    for (const [id, at] of ofHost) {
      if (now - at < keep) break;
      ofHost.delete(id);
    }
    ofHost.delete(imageId);
    ofHost.set(imageId, now);
  }

  since(hostId: HostId, imageId: ImageId, at: number): boolean {
    return (this.#hosts.get(hostId)?.get(imageId) ?? Number.NEGATIVE_INFINITY) >= at;
  }
}
