import type { CloudId } from '../contract/clouds.ts';
import type { HostImages, HostSummary } from '../contract/fleet.ts';
import type { Capabilities, HostId } from '../contract/hosts.ts';
import type { CatalogueImage, ImageId } from '../contract/images.ts';
import type { RequestDeadlines } from '../glance/authenticated-requests.ts';
import type { CacheListing } from '../glance/cache-listing.ts';
import type { Described } from '../glance/orphan-detection.ts';
import type { ServiceFingerprint } from '../glance/service-fingerprint.ts';
import type { ImageReading } from '../glance/warm-by-reading.ts';
import type { HostReport, HostState } from './host-state.ts';
import type { RemovingRequests } from './removals/own-removals.ts';

/** The API of one host. */
export interface HostApi extends RemovingRequests {
  /** Milliseconds that each kind of request may take. */
  readonly deadlines: Readonly<RequestDeadlines>;
  capabilities(signal?: AbortSignal): Promise<Capabilities>;
  list(capabilities: Capabilities, signal?: AbortSignal): Promise<CacheListing>;
  queue(capabilities: Capabilities, imageId: ImageId, signal?: AbortSignal): Promise<void>;
  /** The oldest and newest images that the host shows, which distinguish its image service from others. */
  fingerprint(signal?: AbortSignal): Promise<ServiceFingerprint>;
  /** Downloads an image through the host and discards it. Resolves to its size in bytes. */
  readImage(imageId: ImageId, reading: ImageReading, signal?: AbortSignal): Promise<number>;
}

/** The API of an image catalog. */
export interface CatalogueApi {
  fingerprint(signal?: AbortSignal): Promise<ServiceFingerprint>;
  readAll(signal?: AbortSignal): Promise<CatalogueImage[]>;
  describe(ids: ImageId[], signal?: AbortSignal): Promise<Map<ImageId, Described>>;
  /** The existing images among some ids that another host of the image service reported as gone. */
  find(ids: ImageId[], signal?: AbortSignal): Promise<CatalogueImage[]>;
}

/** The part of a host that operations use. */
export interface HostAccess {
  summary(): HostSummary;
  images(): HostImages;
  /** The last known capabilities, or those that the host answers now. */
  capabilities(signal?: AbortSignal): Promise<Capabilities>;
  readonly host: HostApi;
  /** Takes a new snapshot. Throws the host's failure when it does not answer. */
  refresh(signal?: AbortSignal): Promise<HostImages>;
  readonly state: HostState;
  /** Reports what an operation did at the host. The host is then polled more often until the effect shows. */
  report(report: HostReport): void;
}

/** Hosts that are new or changed, and hosts that were removed. */
export type FleetChange = { changed: HostId[]; removed: HostId[] };

/** How the fleet reaches hosts and catalogues. Tests pass their own. */
export interface FleetConnections {
  host(cloudId: CloudId, address: string): HostApi;
  catalogue(cloudId: CloudId, address: string): CatalogueApi;
  /**
   * The image endpoints of a region in a cloud's service catalog; those of the login's region for null, none for a cloud
   * without Keystone.
   */
  imageEndpoints(cloudId: CloudId, region: string | null): Promise<string[]>;
}
