import { setImmediate } from 'node:timers/promises';
import type { CloudId } from '../contract/clouds.ts';
import { ExpectedFailure } from '../contract/failure.ts';
import type { HostImages, HostSummary } from '../contract/fleet.ts';
import {
  type GoldenDifference,
  type GoldenDraft,
  type GoldenDrift,
  type GoldenId,
  type GoldenPreview,
  type GoldenProblem,
  type GoldenSet,
  mostPreviewed,
} from '../contract/golden.ts';
import type { HostId } from '../contract/hosts.ts';
import type { Catalogue, CatalogueImage, ImageId } from '../contract/images.ts';
import type { ImageTarget } from '../contract/operations.ts';
import { differencesOf, driftOf, type ExpectedImages, type HostSnapshot, unknownReason } from './golden-drift.ts';
import { countMatches, hostsOfSet, listMembers, membersOf } from './golden-set.ts';

/** What the room goes by of a host. */
export type GoldenHost = Pick<HostSummary, 'id' | 'cloudId' | 'name' | 'labels' | 'state' | 'failure'>;

/** Where the room learns what it goes by. */
export type GoldenSources = {
  sets: () => readonly GoldenSet[];
  /** In the order of the fleet. */
  hosts: () => readonly GoldenHost[];
  /** Throws `notFound`. */
  images: (hostId: HostId) => HostImages;
  catalogue: (cloudId: CloudId) => Promise<Catalogue>;
};

const maxProblems = 100;

/** What golden sets mean, and how hosts stand to them. Changes nothing. */
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
      message: 'This golden set is not in the console (any more).',
      remedy: 'It may have been removed meanwhile.',
    });
  }

  /** What a set means as it is written. */
  async preview(draft: GoldenDraft): Promise<GoldenPreview> {
    const { images: catalogue, readAt, failure } = await this.#sources.catalogue(draft.cloudId);
    const members = membersOf(draft, catalogue);
    const { hosts, problems } = hostsOfSet(draft, this.#sources.hosts());
    return {
      members: listMembers(members, mostPreviewed),
      total: members.total,
      ...countMatches(members),
      hostIds: hosts.map(({ id }) => id),
      problems: limitProblems([...(readAt === null ? [] : members.problems), ...problems]),
      readAt,
      failure,
    };
  }

  /** How the hosts of a cloud's sets stand to them. */
  async drift(cloudId: CloudId): Promise<GoldenDrift[]> {
    const catalogue = await this.#sources.catalogue(cloudId);
    const drift: GoldenDrift[] = [];
    for (const set of this.#setsOf(cloudId)) {
      // Large sets over many hosts take their time: whoever else waits goes first.
      await setImmediate();
      const { total, problems } = membersOf(set, catalogue.images);
      const { hosts, problems: ofHosts } = hostsOfSet(set, this.#sources.hosts());
      const known = catalogue.readAt !== null;
      const harmless = set.exact && known && total.images === 0 ? [nothingExtra] : [];
      drift.push({
        id: set.id,
        total,
        hosts: hosts.map((host) => driftOf(this.#seen(host), this.#wanted(set, host, catalogue))),
        problems: limitProblems([...harmless, ...(known ? problems : []), ...ofHosts]),
        readAt: catalogue.readAt,
        failure: catalogue.failure,
      });
    }
    return drift;
  }

  /** The images that make up a host's drift. Throws `notFound` for a set or a host that is gone. */
  async differences(id: GoldenId, hostId: HostId): Promise<{ takenAt: number | null; images: GoldenDifference[] }> {
    const set = this.set(id);
    const catalogue = await this.#sources.catalogue(set.cloudId);
    const host = hostsOfSet(set, this.#sources.hosts()).hosts.find((one) => one.id === hostId);
    if (!host) throw notOfSet(set);
    const seen = this.#seen(host);
    return { takenAt: seen.images.takenAt, images: differencesOf(seen, this.#wanted(set, host, catalogue)) };
  }

  /** What would bring hosts up to date; nothing of those of which nothing certain is known. */
  async targets(id: GoldenId, hostIds: readonly HostId[]): Promise<{ queue: ImageTarget[]; delete: ImageTarget[] }> {
    const set = this.set(id);
    const catalogue = await this.#sources.catalogue(set.cloudId);
    const chosen = new Set(hostIds);
    const targets: { queue: ImageTarget[]; delete: ImageTarget[] } = { queue: [], delete: [] };
    for (const host of hostsOfSet(set, this.#sources.hosts()).hosts) {
      if (!chosen.has(host.id)) continue;
      const seen = this.#seen(host);
      const wanted = this.#wanted(set, host, catalogue);
      if (unknownReason(seen, wanted) !== null) continue;
      await setImmediate();
      for (const { state, imageId } of differencesOf(seen, wanted)) {
        if (state === 'missing') targets.queue.push({ hostId: host.id, imageId });
        if (state === 'extra') targets.delete.push({ hostId: host.id, imageId });
      }
    }
    return targets;
  }

  /** Which images the sets of a cloud mean now. */
  async membership(cloudId: CloudId): Promise<{ id: GoldenId; name: string; imageIds: ImageId[] }[]> {
    const { images } = await this.#sources.catalogue(cloudId);
    return this.#setsOf(cloudId).map((set) => ({
      id: set.id,
      name: set.name,
      imageIds: [...membersOf(set, images).images.keys()],
    }));
  }

  #setsOf(cloudId: CloudId): GoldenSet[] {
    return this.#sources.sets().filter((set) => set.cloudId === cloudId);
  }

  #seen(summary: GoldenHost): HostSnapshot {
    return { summary, images: this.#sources.images(summary.id) };
  }

  #wanted(set: GoldenSet, host: GoldenHost, { images, readAt, failure }: Catalogue): ExpectedImages {
    const { images: members } = membersOf(set, images);
    // A set that means nothing, by a slip or since the catalogue lost its images, must not empty a cache.
    const wanted = set.exact && members.size > 0 ? this.#wantedOn(host, images) : undefined;
    return { members, wanted, catalogue: { readAt, failure } };
  }

  /** What any set of a host wants there, also what it names by an id that is not active now. */
  #wantedOn(host: GoldenHost, images: readonly CatalogueImage[]): ReadonlySet<ImageId> {
    const sets = this.#setsOf(host.cloudId).filter((set) => hostsOfSet(set, [host]).hosts.length > 0);
    const wanted = new Set(sets.flatMap((set) => set.images.flatMap((one) => (one.by === 'id' ? [one.imageId] : []))));
    for (const set of sets) for (const imageId of membersOf(set, images).images.keys()) wanted.add(imageId);
    return wanted;
  }
}

const nothingExtra: GoldenProblem = {
  part: null,
  text: 'The set is exact, but means no image now: nothing on its hosts is taken to be extra.',
};

function notOfSet({ name }: GoldenSet): ExpectedFailure {
  return new ExpectedFailure({
    code: 'notFound',
    message: `This host is not one of those that “${name}” is for (any more).`,
    remedy: 'The set or the host was changed meanwhile.',
  });
}

function limitProblems(problems: readonly GoldenProblem[]): GoldenProblem[] {
  return problems.slice(0, maxProblems);
}
