import type { CloudId } from '../contract/clouds.ts';
import type { HostId, HostSettings } from '../contract/hosts.ts';
import type { ImageServiceId } from '../contract/images.ts';
import { isSameDatabase, type ServiceFingerprint } from '../glance/service-fingerprint.ts';

type Service = { id: ImageServiceId; cloudId: CloudId; fingerprint: ServiceFingerprint };
type Member = Pick<HostSettings, 'id' | 'cloudId' | 'region'>;

/**
 * Finds out which hosts share an image service. What the hosts themselves show decides; the stated region counts for a
 * host that has not shown its images yet. A service keeps its id as long as a host belongs to it.
 */
export class ImageServices {
  readonly #services = new Map<ImageServiceId, Service>();
  /** The hosts that have shown their images. */
  readonly #ofHost = new Map<HostId, Service>();

  /** The image service of a host. */
  of(host: Member): ImageServiceId {
    const known = this.#ofHost.get(host.id);
    return known?.cloudId === host.cloudId ? known.id : regionalId(host);
  }

  /** Takes in what a host shows. Returns whether the host belongs to another image service than before. */
  observe(host: Member, fingerprint: ServiceFingerprint): boolean {
    const before = this.of(host);
    const service = this.#find(host, fingerprint, before) ?? this.#create(host, fingerprint);
    service.fingerprint = fingerprint;
    this.#ofHost.set(host.id, service);
    this.#dropUnused();
    return service.id !== before;
  }

  /** The last fingerprint of a service; undefined before one of its hosts showed its images. */
  fingerprint(serviceId: ImageServiceId): ServiceFingerprint | undefined {
    return this.#services.get(serviceId)?.fingerprint;
  }

  /** Forgets the hosts that are not among these. */
  keepHosts(hostIds: ReadonlySet<HostId>): void {
    for (const hostId of this.#ofHost.keys()) if (!hostIds.has(hostId)) this.#ofHost.delete(hostId);
    this.#dropUnused();
  }

  /** Forgets what the hosts of a cloud showed: another login may see other images. */
  forgetCloud(cloudId: CloudId): void {
    for (const [hostId, service] of this.#ofHost) if (service.cloudId === cloudId) this.#ofHost.delete(hostId);
    this.#dropUnused();
  }

  /** The service whose images the host shows. The present one and that of the host's region are preferred. */
  #find(host: Member, fingerprint: ServiceFingerprint, present: ImageServiceId): Service | undefined {
    const ofCloud = [...this.#services.values()].filter(({ cloudId }) => cloudId === host.cloudId);
    const same = ofCloud.filter((service) => isSameDatabase(service.fingerprint, fingerprint));
    for (const preferred of [present, regionalId(host)]) {
      const service = same.find(({ id }) => id === preferred);
      if (service) return service;
    }
    // The first images of a service that had none.
    const hadNone = ofCloud.find(({ id, fingerprint: last }) => id === present && last.size === 0);
    return same[0] ?? hadNone;
  }

  #create(host: Member, fingerprint: ServiceFingerprint): Service {
    const regional = regionalId(host);
    const id = this.#services.has(regional) ? `${regional}@${host.id}` : regional;
    const service = { id, cloudId: host.cloudId, fingerprint };
    this.#services.set(id, service);
    return service;
  }

  #dropUnused(): void {
    const used = new Set(this.#ofHost.values());
    for (const [id, service] of this.#services) if (!used.has(service)) this.#services.delete(id);
  }
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
