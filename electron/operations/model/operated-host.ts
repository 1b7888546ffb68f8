import { ExpectedFailure, type Failure } from '../../contract/failure.ts';
import type { HostId } from '../../contract/hosts.ts';
import type { CacheConfiguration, DiskListing, RemoteAccess } from '../../contract/remote.ts';
import type { HostAccess, HostApi } from '../../fleet/host-access.ts';
import { readCacheConfiguration } from '../../ssh/cache-configuration.ts';
import { readDisk } from '../../ssh/disk-listing.ts';
import { type PrefetcherVerdict, readRelease } from '../../ssh/glance-release.ts';
import type { Ssh } from '../../ssh/ssh.ts';

/** What operations need of a host: its snapshots, and the requests that change something or fill its cache. */
export type OperatedHost = Omit<HostAccess, 'host'> & {
  readonly host: Pick<HostApi, 'deadlines' | 'queue' | 'delete' | 'clear' | 'prune' | 'clean' | 'readImage'>;
};

/** How operations reach the programs of a host. */
export type OperatedRemote = {
  ssh: Ssh;
  /** Null if no access over ssh is configured. */
  access(hostId: HostId): RemoteAccess | null;
};

/** The cache directory of a host, and its configuration. */
export type OnDisk = { configuration: CacheConfiguration; listing: DiskListing };
export type DiskView = OnDisk | { failure: Failure };

/** Whether the prefetcher of a host works. */
export type PrefetcherView = PrefetcherVerdict | { failure: Failure };

/**
 * Reads the cache directory and the configuration of a host over ssh. Changes nothing. Throws a `RemoteFailure`, or
 * `cachingDisabled` if the configuration names no cache directory.
 */
export async function readOnDisk(ssh: Ssh, access: RemoteAccess, signal: AbortSignal): Promise<OnDisk> {
  const configuration = await readCacheConfiguration(ssh, access, { signal });
  if (configuration.directory === null) {
    throw new ExpectedFailure({
      code: 'cachingDisabled',
      message: `${access.destination}: its configuration (${configuration.files.join(', ')}) sets no cache directory.`,
      remedy: 'Enter the glance-api configuration files in the host’s SSH settings. One of them sets image_cache_dir.',
      notSent: true,
    });
  }
  const listing = await readDisk(ssh, access, configuration.directory, { signal });
  if (configuration.driver !== '') return { configuration, listing };
  // The configuration names no driver, so the default of the release applies.
  const { major } = await readRelease(ssh, access, { signal });
  return { configuration: { ...configuration, driver: major >= 28 ? 'centralized_db' : 'sqlite' }, listing };
}
