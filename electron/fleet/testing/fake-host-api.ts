import type { Capabilities } from '../../contract/hosts.ts';
import type { CatalogueImage, ImageId } from '../../contract/images.ts';
import { defaultDeadlines } from '../../glance/authenticated-requests.ts';
import type { CachedRecord, CacheListing } from '../../glance/cache-listing.ts';
import type { ServiceFingerprint } from '../../glance/service-fingerprint.ts';
import type { CatalogueApi, HostApi } from '../host-access.ts';
import { capabilities } from './host-fixtures.ts';

/** The fingerprint of a service with few images, which are created in this order. */
export function fingerprintOf(...names: string[]): ServiceFingerprint {
  const shown = new Set(names.map((name, index) => `2026-01-01T00:00:${String(index).padStart(2, '0')}Z ${name}`));
  return { oldest: shown, newest: shown };
}

/** The API of a glance-api host for the fleet: it lists the images that the test set. */
export class FakeHostApi implements HostApi {
  readonly deadlines = defaultDeadlines;
  able = capabilities;
  cached: CachedRecord[] = [];
  queued: ImageId[] = [];
  odd: CacheListing['odd'] = [];
  nullList = false;
  failure: Error | undefined;
  pruneFailure: Error | undefined;
  /** The number of list requests, and the highest number of them at once. */
  lists = 0;
  maxConcurrent = 0;
  capabilitiesAsked = 0;
  #atOnce = 0;
  #hanging: (() => void)[] | undefined;

  /** Answers nothing from now on, until `release`. */
  hang(): void {
    this.#hanging = [];
  }

  release(): void {
    const waiting = this.#hanging ?? [];
    this.#hanging = undefined;
    for (const go of waiting) go();
  }

  async capabilities(): Promise<Capabilities> {
    this.capabilitiesAsked += 1;
    if (this.failure) throw this.failure;
    return this.able;
  }

  async list(): Promise<CacheListing> {
    this.lists += 1;
    this.#atOnce += 1;
    this.maxConcurrent = Math.max(this.maxConcurrent, this.#atOnce);
    const { cached, queued, odd, nullList } = this;
    const hanging = this.#hanging;
    try {
      if (hanging) await new Promise<void>((resolve) => hanging.push(resolve));
      if (this.failure) throw this.failure;
      return { cached: [...cached], queued: [...queued], odd: [...odd], nullList };
    } finally {
      this.#atOnce -= 1;
    }
  }

  async queue(..._: Parameters<HostApi['queue']>): Promise<void> {}
  async delete(..._: Parameters<HostApi['delete']>) {
    return { wasThere: true };
  }
  async clear() {
    return {};
  }
  /** The image service that the host shows: hosts share one unless a test says otherwise. */
  fingerprintShown = fingerprintOf('oldest');
  async fingerprint(): Promise<ServiceFingerprint> {
    return this.fingerprintShown;
  }
  async prune() {
    if (this.pruneFailure) throw this.pruneFailure;
    return { images: 0, bytes: 0 };
  }
  async clean(): Promise<void> {}
  async readImage(): Promise<number> {
    return 0;
  }
}

/** A catalogue with the images that the test set. */
export class FakeCatalogue implements CatalogueApi {
  images: CatalogueImage[] = [];
  /** Answers about single ids; an id in neither list is gone. */
  hidden = new Set<ImageId>();
  failure: Error | undefined;
  reads = 0;
  fingerprintShown = fingerprintOf('oldest');
  described: ImageId[][] = [];

  async fingerprint(): Promise<ServiceFingerprint> {
    return this.fingerprintShown;
  }

  async readAll(): Promise<CatalogueImage[]> {
    this.reads += 1;
    if (this.failure) throw this.failure;
    return [...this.images];
  }

  async describe(ids: ImageId[]) {
    this.described.push(ids);
    if (this.failure) throw this.failure;
    const there = new Map(this.images.map((image) => [image.id, image]));
    const absent = (id: ImageId) => (this.hidden.has(id) ? ('notVisible' as const) : ('orphan' as const));
    return new Map(ids.map((id) => [id, there.get(id) ?? absent(id)]));
  }

  /** Ids that another host reported as gone, and that this one was asked to confirm. */
  confirmed: ImageId[][] = [];

  async find(ids: ImageId[]) {
    this.confirmed.push(ids);
    if (this.failure) throw this.failure;
    return this.images.filter(({ id }) => ids.includes(id));
  }
}
