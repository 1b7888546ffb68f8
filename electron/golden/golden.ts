import { setImmediate } from 'node:timers/promises';
import type { CloudId } from '../contract/clouds.ts';
import { ExpectedFailure, type Failure } from '../contract/failure.ts';
import type { HostImages, HostSummary } from '../contract/fleet.ts';
import {
  type GoldenDifference,
  type GoldenDraft,
  type GoldenDrift,
  type GoldenHostDrift,
  type GoldenId,
  type GoldenPreview,
  type GoldenProblem,
  type GoldenSet,
  maxPreviewed,
} from '../contract/golden.ts';
import type { HostId } from '../contract/hosts.ts';
import type { Catalogue, CatalogueImage, ImageId, ImageServiceId } from '../contract/images.ts';
import type { ImageTarget } from '../contract/operations.ts';
import { inSlices } from '../lib/slices.ts';
import { differencesOf, driftOf, type ExpectedImages, type HostSnapshot, unknownReason } from './golden-drift.ts';
import {
  countMatches,
  hostsOfSet,
  joinMembers,
  listMembers,
  type Members,
  membersOf,
  type SetContents,
} from './golden-set.ts';

/** The host fields that golden sets depend on. */
export type GoldenHost = Pick<
  HostSummary,
  'id' | 'cloudId' | 'imageServiceId' | 'name' | 'labels' | 'state' | 'failure'
>;

/** The sources of the data that golden sets are compared with. */
export type GoldenSources = {
  sets: () => readonly GoldenSet[];
  /** All hosts, in the order of the fleet. */
  hosts: () => readonly GoldenHost[];
  /** The latest snapshot of a host. Throws `notFound`. */
  images: (hostId: HostId) => HostImages;
  catalogue: (serviceId: ImageServiceId) => Promise<Catalogue>;
};

export type GoldenMembers = {
  /** The images that golden sets want on a host. */
  on: (hostId: HostId) => ReadonlySet<ImageId>;
  /** Clouds with golden sets whose catalogue was never read: the members of these sets are unknown. */
  unknown: CloudId[];
};

const noImages: ReadonlySet<ImageId> = new Set();
const maxProblems = 100;

/** Resolves golden sets to images and compares hosts with them. It only reads. */
export class Golden {
  readonly #sources: GoldenSources;

  constructor(ground: GoldenSources) {
    this.#sources = ground;
  }

  /** Throws `notFound` when there is no such set. */
  set(id: GoldenId): GoldenSet {
    const set = this.#sources.sets().find((one) => one.id === id);
    if (set) return set;
    throw new ExpectedFailure({
      code: 'notFound',
      message: 'Golden set not found.',
      remedy: 'It may have been removed.',
    });
  }

  /** The images and hosts of a draft, with its problems. */
  async preview(draft: GoldenDraft): Promise<GoldenPreview> {
    const { hosts, problems } = hostsOfSet(draft, this.#sources.hosts());
    const catalogues = await this.#catalogues(draft.cloudId, hosts);
    const { readAt, failure } = catalogues;
    const members = catalogues.membersOf(draft);
    return {
      members: listMembers(members, maxPreviewed),
      total: members.total,
      ...countMatches(members),
      hostIds: hosts.map(({ id }) => id),
      problems: limitProblems([...(readAt === null ? [] : members.problems), ...problems]),
      readAt,
      failure,
    };
  }

  /** The drift of every set of a cloud, host by host. */
  async drift(cloudId: CloudId): Promise<GoldenDrift[]> {
    const drift: GoldenDrift[] = [];
    for (const set of this.#setsOf(cloudId)) {
      // Large sets on many hosts take long: let other work run in between.
      await setImmediate();
      const { hosts, problems: ofHosts } = hostsOfSet(set, this.#sources.hosts());
      const catalogues = await this.#catalogues(cloudId, hosts);
      const { readAt, failure } = catalogues;
      const { total, problems } = catalogues.membersOf(set);
      const known = readAt !== null;
      const noExtra = set.exact && known && total.images === 0 ? [nothingIsExtra] : [];
      drift.push({
        id: set.id,
        total,
        hosts: await inSlices(this.#driftSteps(set, hosts, catalogues)),
        problems: limitProblems([...noExtra, ...(known ? problems : []), ...ofHosts]),
        readAt,
        failure,
      });
    }
    return drift;
  }

  /** Every set of all clouds with its drift. */
  async driftOfAll(): Promise<{ set: GoldenSet; drift: GoldenDrift }[]> {
    const sets = this.#sources.sets();
    const cloudIds = new Set(sets.map(({ cloudId }) => cloudId));
    const drifts = await Promise.all([...cloudIds].map((cloudId) => this.drift(cloudId)));
    return drifts.flat().flatMap((drift) => {
      const set = sets.find(({ id }) => id === drift.id);
      return set ? [{ set, drift }] : [];
    });
  }

  /** The images in which a host differs from a set. Throws `notFound` if the set or the host was removed. */
  async differences(id: GoldenId, hostId: HostId): Promise<{ takenAt: number | null; images: GoldenDifference[] }> {
    const set = this.set(id);
    const host = hostsOfSet(set, this.#sources.hosts()).hosts.find((one) => one.id === hostId);
    if (!host) throw notInSet(set);
    const catalogue = await this.#sources.catalogue(host.imageServiceId);
    const snapshot = this.#snapshot(host);
    return { takenAt: snapshot.images.takenAt, images: differencesOf(snapshot, this.#expected(set, host, catalogue)) };
  }

  /** The images to queue and to delete to sync hosts. Hosts whose state is unknown are left out. */
  async targets(id: GoldenId, hostIds: readonly HostId[]): Promise<{ queue: ImageTarget[]; delete: ImageTarget[] }> {
    const set = this.set(id);
    const chosen = new Set(hostIds);
    const targets: { queue: ImageTarget[]; delete: ImageTarget[] } = { queue: [], delete: [] };
    const hosts = hostsOfSet(set, this.#sources.hosts()).hosts.filter(({ id }) => chosen.has(id));
    const catalogues = await this.#catalogues(set.cloudId, hosts);
    for (const host of hosts) {
      const snapshot = this.#snapshot(host);
      const expected = this.#expected(set, host, catalogues.of(host));
      if (unknownReason(snapshot, expected) !== null) continue;
      await setImmediate();
      for (const { state, imageId } of differencesOf(snapshot, expected)) {
        if (state === 'missing') targets.queue.push({ hostId: host.id, imageId });
        if (state === 'extra') targets.delete.push({ hostId: host.id, imageId });
      }
    }
    return targets;
  }

  /** The images that the sets of a cloud contain now. */
  async membership(cloudId: CloudId): Promise<{ id: GoldenId; name: string; imageIds: ImageId[] }[]> {
    return Promise.all(
      this.#setsOf(cloudId).map(async (set) => {
        const { hosts } = hostsOfSet(set, this.#sources.hosts());
        const { images } = (await this.#catalogues(cloudId, hosts)).membersOf(set);
        return { id: set.id, name: set.name, imageIds: [...images.keys()] };
      }),
    );
  }

  /** The images that golden sets want on each host, by the catalogues as last read. */
  async membersByHost(): Promise<GoldenMembers> {
    const wanted = new Map<HostId, Set<ImageId>>();
    const unknown: CloudId[] = [];
    for (const cloudId of new Set(this.#sources.sets().map((set) => set.cloudId))) {
      const [members, { readAt }] = await Promise.all([this.membership(cloudId), this.#sources.catalogue(cloudId)]);
      if (readAt === null) unknown.push(cloudId);
      for (const set of this.#setsOf(cloudId)) {
        const imageIds = members.find(({ id }) => id === set.id)?.imageIds;
        if (!imageIds) continue;
        for (const { id } of hostsOfSet(set, this.#sources.hosts()).hosts) {
          const onHost = wanted.get(id) ?? new Set();
          for (const imageId of imageIds) onHost.add(imageId);
          // An image named by its id counts even while it is not active.
          for (const image of set.images) if (image.by === 'id') onHost.add(image.imageId);
          wanted.set(id, onHost);
        }
      }
    }
    return { on: (hostId) => wanted.get(hostId) ?? noImages, unknown };
  }

  /** The catalogues of the image services of some hosts; that of the cloud's first service when there is no host. */
  async #catalogues(cloudId: CloudId, hosts: readonly GoldenHost[]): Promise<SetCatalogues> {
    const serviceIds = new Set(hosts.map(({ imageServiceId }) => imageServiceId));
    const wanted = serviceIds.size > 0 ? [...serviceIds] : [cloudId];
    return new SetCatalogues(
      new Map(await Promise.all(wanted.map(async (id) => [id, await this.#sources.catalogue(id)] as const))),
    );
  }

  *#driftSteps(
    set: GoldenSet,
    hosts: readonly GoldenHost[],
    catalogues: SetCatalogues,
  ): Generator<void, GoldenHostDrift[]> {
    // All taken now: a host may be removed while this works.
    const snapshots = hosts.map((host) => ({ host, snapshot: this.#snapshot(host) }));
    const drift: GoldenHostDrift[] = [];
    for (const { host, snapshot } of snapshots) {
      drift.push(driftOf(snapshot, this.#expected(set, host, catalogues.of(host))));
      yield;
    }
    return drift;
  }

  #setsOf(cloudId: CloudId): GoldenSet[] {
    return this.#sources.sets().filter((set) => set.cloudId === cloudId);
  }

  #snapshot(summary: GoldenHost): HostSnapshot {
    return { summary, images: this.#sources.images(summary.id) };
  }

  #expected(set: GoldenSet, host: GoldenHost, { images, readAt, failure }: Catalogue): ExpectedImages {
    const { images: members } = membersOf(set, images);
    // A set without images, by mistake or because the catalogue lost them, must not empty a cache.
    const wanted = set.exact && members.size > 0 ? this.#wantedByAnySet(host, images) : undefined;
    return { members, wanted, catalogue: { readAt, failure } };
  }

  /** The images that any set wants on a host. An image named by its id counts even while it is not active. */
  #wantedByAnySet(host: GoldenHost, images: readonly CatalogueImage[]): ReadonlySet<ImageId> {
    const sets = this.#setsOf(host.cloudId).filter((set) => hostsOfSet(set, [host]).hosts.length > 0);
    const wanted = new Set(sets.flatMap((set) => set.images.flatMap((one) => (one.by === 'id' ? [one.imageId] : []))));
    for (const set of sets) for (const imageId of membersOf(set, images).images.keys()) wanted.add(imageId);
    return wanted;
  }
}

/** The catalogues that a golden set is resolved in: one for each image service of its hosts. */
class SetCatalogues {
  readonly #catalogues: ReadonlyMap<ImageServiceId, Catalogue>;

  constructor(catalogues: ReadonlyMap<ImageServiceId, Catalogue>) {
    this.#catalogues = catalogues;
  }

  /** When the oldest of the catalogues was read, in epoch milliseconds; null if one of them never was. */
  get readAt(): number | null {
    const times = [...this.#catalogues.values()].map(({ readAt }) => readAt);
    return times.reduce((oldest, time) => (oldest === null || time === null ? null : Math.min(oldest, time)));
  }

  get failure(): Failure | null {
    return [...this.#catalogues.values()].find(({ failure }) => failure !== null)?.failure ?? null;
  }

  of({ imageServiceId }: GoldenHost): Catalogue {
    return this.#catalogues.get(imageServiceId) ?? unread;
  }

  /** The images of a set in all image services. An image that one service lacks is not a problem if another has it. */
  membersOf(set: SetContents): Members {
    return joinMembers([...this.#catalogues.values()].map(({ images }) => membersOf(set, images)));
  }
}

const unread: Catalogue = { images: [], readAt: null, failure: null };

const nothingIsExtra: GoldenProblem = {
  part: null,
  text: 'The set is exact but currently has no images, so no image on its hosts counts as extra.',
};

function notInSet({ name }: GoldenSet): ExpectedFailure {
  return new ExpectedFailure({
    code: 'notFound',
    message: `This host is not in “${name}”.`,
    remedy: 'The set or the host was changed.',
  });
}

function limitProblems(problems: readonly GoldenProblem[]): GoldenProblem[] {
  return problems.slice(0, maxProblems);
}
