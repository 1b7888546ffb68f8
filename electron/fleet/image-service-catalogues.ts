import { ExpectedFailure } from '../contract/failure.ts';
import type { HostSummary } from '../contract/fleet.ts';
import type { HostId, HostSettings } from '../contract/hosts.ts';
import type { ImageServiceId } from '../contract/images.ts';
import { isSameDatabase, type ServiceFingerprint, shareDatabase } from '../glance/service-fingerprint.ts';
import type { Clock } from '../lib/clock.ts';
import type { Logger } from '../store/log.ts';
import type { CatalogueApi, FleetConnections } from './host-access.ts';
import { cloudOfService } from './image-services.ts';
import { ServiceCatalogue } from './service-catalogue.ts';

/** The number of hosts that are asked for the catalogue when the endpoints of the region fail. */
const maxHostsTried = 3;

/** The data about a host that the catalogues need. */
type CataloguedHost = { settings: HostSettings; summary(): HostSummary; rebuildSnapshot(): void };

export type ImageServiceCataloguesOptions = {
  connections: Pick<FleetConnections, 'catalogue' | 'imageEndpoints'>;
  /** The hosts of an image service. */
  hostsOf: (serviceId: ImageServiceId) => readonly CataloguedHost[];
  host: (hostId: HostId) => CataloguedHost | undefined;
  fingerprint: (serviceId: ImageServiceId) => ServiceFingerprint | undefined;
  /** Called when a catalogue has been read, or reading it has failed. */
  onRead: (serviceId: ImageServiceId) => void;
  log: Pick<Logger, 'error' | 'info'>;
  clock: Clock;
};

/** The catalogues of all image services, and the host from which each is read. */
export class ImageServiceCatalogues {
  readonly #options: ImageServiceCataloguesOptions;
  readonly #catalogues = new Map<ImageServiceId, ServiceCatalogue>();

  constructor(options: ImageServiceCataloguesOptions) {
    this.#options = options;
  }

  /** The catalogue of an image service, created on first use. */
  of(serviceId: ImageServiceId): ServiceCatalogue {
    const existing = this.#catalogues.get(serviceId);
    if (existing) return existing;
    const { connections, hostsOf, host, onRead, log, clock } = this.#options;
    const catalogue = new ServiceCatalogue({
      sources: () => this.#sources(serviceId),
      host: (hostId) => {
        const settings = host(hostId)?.settings;
        return settings && connections.catalogue(settings.cloudId, settings.address);
      },
      onRead: () => onRead(serviceId),
      onKnown: (hostId) => {
        const only = hostId === undefined ? undefined : host(hostId);
        for (const each of only ? [only] : hostsOf(serviceId)) each.rebuildSnapshot();
      },
      log,
      clock,
    });
    this.#catalogues.set(serviceId, catalogue);
    return catalogue;
  }

  /** The catalogue of an image service; undefined if it has not been used yet. */
  known(serviceId: ImageServiceId): ServiceCatalogue | undefined {
    return this.#catalogues.get(serviceId);
  }

  all(): ServiceCatalogue[] {
    return [...this.#catalogues.values()];
  }

  /** Drops the catalogues of all other image services. */
  keepOnly(used: ReadonlySet<ImageServiceId>): void {
    for (const [serviceId, catalogue] of this.#catalogues) {
      if (used.has(serviceId)) continue;
      this.#catalogues.delete(serviceId);
      void catalogue.stop();
    }
  }

  /**
   * The endpoints of the region that show the same images, then some hosts of the image service: each of them knows the
   * whole catalogue.
   */
  async #sources(serviceId: ImageServiceId): Promise<CatalogueApi[]> {
    const { connections, hostsOf, fingerprint } = this.#options;
    const hosts = hostsOf(serviceId);
    const { cloudId, region } = hosts[0]?.settings ?? cloudOfService(serviceId);
    const wanted = fingerprint(serviceId);
    const reachable = hosts.filter((host) => host.summary().state === 'reachable');
    const own = reachable
      .slice(0, maxHostsTried)
      .map(({ settings }) => connections.catalogue(cloudId, settings.address));
    const endpoints: CatalogueApi[] = [];
    for (const address of await connections.imageEndpoints(cloudId, region)) {
      const endpoint = connections.catalogue(cloudId, address);
      if (wanted === undefined || (await showsSameImages(endpoint, wanted, own[0]))) endpoints.push(endpoint);
    }
    return [...endpoints, ...own];
  }
}

/** Whether an endpoint shows the images of a service. One that does not answer is no source. */
async function showsSameImages(
  endpoint: CatalogueApi,
  wanted: ServiceFingerprint,
  host: CatalogueApi | undefined,
): Promise<boolean> {
  try {
    return host ? await shareDatabase(wanted, host, endpoint) : isSameDatabase(wanted, await endpoint.fingerprint());
  } catch (error) {
    if (error instanceof ExpectedFailure) return false;
    throw error;
  }
}
