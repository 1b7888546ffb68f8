import type { CloudId } from '../contract/clouds.ts';
import type { HostId, HostSettings } from '../contract/hosts.ts';
import type { ImageServiceId } from '../contract/images.ts';
import { hasSameOrigin, isSameDatabase, type ServiceFingerprint } from '../glance/service-fingerprint.ts';

type Service = {
  id: ImageServiceId;
  cloudId: CloudId;
  fingerprint: ServiceFingerprint;
  /** The hosts that have shown that they belong to it, with their stated regions. */
  members: Map<HostId, string | null>;
};
type Member = Pick<HostSettings, 'id' | 'cloudId' | 'region'>;

/** Asks whether a host shares its image database with others (`shareDatabase`). Undefined when no two of them answer. */
type AskWhetherShared = (
  host: { id: HostId; shown: ServiceFingerprint },
  others: readonly HostId[],
  signal: AbortSignal,
) => Promise<boolean | undefined>;

/**
 * Finds out which hosts share an image service. The images that the hosts show decide, but hosts for which different
 * regions are stated never share one: each region then has the catalogue of its own Glance, even if one database was
 * restored from the dump of the other. The stated region alone counts for a host that has not shown its images yet. A
 * service keeps its id as long as a host belongs to it.
 */
export class ImageServices {
  readonly #askWhetherShared: AskWhetherShared;
  readonly #services = new Map<ImageServiceId, Service>();
  /** The services of the hosts that have shown their images. */
  readonly #ofHost = new Map<HostId, Service>();

  constructor(askWhetherShared: AskWhetherShared) {
    this.#askWhetherShared = askWhetherShared;
  }

  /** The image service of a host. */
  of(host: Member): ImageServiceId {
    return this.#known(host)?.id ?? regionalId(host);
  }

  /** Processes the images that a host shows. Returns whether the host belongs to another image service than before. */
  async observe(host: Member, fingerprint: ServiceFingerprint, signal: AbortSignal): Promise<boolean> {
    const before = this.of(host);
    const service = await this.#join(host, fingerprint, signal);
    return service.id !== before;
  }

  /** The last fingerprint of a service; undefined before one of its hosts showed its images. */
  fingerprint(serviceId: ImageServiceId): ServiceFingerprint | undefined {
    return this.#services.get(serviceId)?.fingerprint;
  }

  /** Forgets the hosts that are not among these. */
  keepHosts(hostIds: ReadonlySet<HostId>): void {
    for (const hostId of this.#ofHost.keys()) if (!hostIds.has(hostId)) this.#leave(hostId);
  }

  /** Forgets the images that the hosts of a cloud showed, because another login may see other images. */
  forgetCloud(cloudId: CloudId): void {
    for (const [hostId, service] of this.#ofHost) if (service.cloudId === cloudId) this.#leave(hostId);
  }

  /**
   * The service to which a host belongs according to its images. It counts as long as the host keeps its cloud and its
   * region.
   */
  #known(host: Member): Service | undefined {
    const service = this.#ofHost.get(host.id);
    return service?.cloudId === host.cloudId && service.members.get(host.id) === host.region ? service : undefined;
  }

  /**
   * Assigns the host to the service whose images it shows. A service with other newest images is asked, because they
   * may have changed since. Nothing is awaited after the last check, so that two hosts of a new service do not create
   * it twice.
   */
  async #join(host: Member, shown: ServiceFingerprint, signal: AbortSignal): Promise<Service> {
    const answers = new Map<Service, boolean>();
    for (;;) {
      const possible = this.#possible(host, shown).filter((service) => answers.get(service) !== false);
      const present = possible.find((service) => service === this.#known(host));
      const found =
        possible.find((service) => answers.get(service) || isSameDatabase(service.fingerprint, shown)) ??
        (present?.members.size === 1 ? present : undefined);
      const asked = present ?? possible[0];
      if (found || !asked) return this.#enter(found ?? this.#create(host, shown), host, shown);
      const others = [...asked.members.keys()].filter((id) => id !== host.id);
      // If no host answers, the oldest images decide, and the next observation asks again.
      answers.set(asked, (await this.#askWhetherShared({ id: host.id, shown }, others, signal)) ?? true);
    }
  }

  #enter(service: Service, host: Member, shown: ServiceFingerprint): Service {
    service.fingerprint = shown;
    if (this.#ofHost.get(host.id) !== service) this.#leave(host.id);
    service.members.set(host.id, host.region);
    this.#ofHost.set(host.id, service);
    return service;
  }

  /** The services that the host can belong to: those of its region with the same oldest images. */
  #possible(host: Member, fingerprint: ServiceFingerprint): Service[] {
    const present = this.#known(host);
    return [...this.#services.values()].filter((service) => {
      if (service.cloudId !== host.cloudId || !mayBeOfRegion(service, host)) return false;
      // A service that had no image may have got its first ones.
      const hadNone = service === present && service.fingerprint.oldest.size === 0;
      return hadNone || hasSameOrigin(service.fingerprint, fingerprint);
    });
  }

  #create(host: Member, fingerprint: ServiceFingerprint): Service {
    this.#leave(host.id);
    const regional = regionalId(host);
    let id = regional;
    // The host may have left a service that has its name.
    for (let count = 1; this.#services.has(id); count += 1)
      id = `${regional}@${host.id}${count > 1 ? `@${count}` : ''}`;
    const service: Service = { id, cloudId: host.cloudId, fingerprint, members: new Map() };
    this.#services.set(id, service);
    return service;
  }

  #leave(hostId: HostId): void {
    const service = this.#ofHost.get(hostId);
    this.#ofHost.delete(hostId);
    service?.members.delete(hostId);
    if (service?.members.size === 0) this.#services.delete(service.id);
  }
}

/** Whether no other region than that of the host is stated for another host of a service. */
function mayBeOfRegion({ members }: Service, host: Member): boolean {
  if (host.region === null) return true;
  for (const [id, region] of members) if (id !== host.id && region !== null && region !== host.region) return false;
  return true;
}

/** The id of the image service of a region, as long as its hosts do not show that it has several. */
export function regionalId({ cloudId, region }: Pick<HostSettings, 'cloudId' | 'region'>): ImageServiceId {
  return region === null ? cloudId : `${cloudId}/${encodeURIComponent(region)}`;
}

/** The cloud and region of a regional id. */
export function cloudOfService(serviceId: ImageServiceId): { cloudId: CloudId; region: string | null } {
  const [regional = ''] = serviceId.split('@');
  const [cloudId = '', region] = regional.split('/');
  return { cloudId, region: region === undefined ? null : decodeURIComponent(region) };
}
