import { ExpectedFailure, type Failure } from '../../contract/failure.ts';
import type { HostId } from '../../contract/hosts.ts';
import type { CacheConfiguration, DiskListing, RemoteAccess } from '../../contract/remote.ts';
import { readCacheConfiguration } from '../../ssh/cache-configuration.ts';
import { readDisk } from '../../ssh/disk-listing.ts';
import { type PrefetcherVerdict, prefetcherOf, readRelease } from '../../ssh/glance-release.ts';
import type { Ssh } from '../../ssh/ssh.ts';

/** How operations reach a host's own programs. */
export type OperatedRemote = {
  ssh: Ssh;
  /** Null where none is set up. */
  access(hostId: HostId): RemoteAccess | null;
};

/** A host's cache directory with what its configuration says of it. */
export type OnDisk = { configuration: CacheConfiguration; listing: DiskListing };
export type DiskLook = OnDisk | { failure: Failure };

/** What is known of a host's prefetcher, where it was asked for over ssh. */
export type PrefetcherLook = PrefetcherVerdict | { failure: Failure };

/** Reads both over ssh, changing nothing. Throws a `RemoteFailure`, or `cachingDisabled` where it has no such directory. */
export async function readOnDisk(ssh: Ssh, access: RemoteAccess, signal: AbortSignal): Promise<OnDisk> {
  const configuration = await readCacheConfiguration(ssh, access, { signal });
  if (configuration.directory === null) {
    throw new ExpectedFailure({
      code: 'cachingDisabled',
      message: `${access.destination}: its configuration (${configuration.files.join(', ')}) names no cache directory.`,
      remedy:
        'State the configuration files of its glance-api in its access over ssh; image_cache_dir is in one of them.',
      notSent: true,
    });
  }
  const listing = await readDisk(ssh, access, configuration.directory, { signal });
  if (configuration.driver !== '') return { configuration, listing };
  // Nobody states it, so it is as the release has it.
  const { major } = await readRelease(ssh, access, { signal });
  return { configuration: { ...configuration, driver: major >= 28 ? 'centralized_db' : 'sqlite' }, listing };
}

/** The same for a plan: what is expected to fail is told instead of thrown. */
export async function lookOnDisk(ssh: Ssh, access: RemoteAccess, signal: AbortSignal): Promise<DiskLook> {
  try {
    return await readOnDisk(ssh, access, signal);
  } catch (error) {
    if (error instanceof ExpectedFailure) return { failure: error.failure };
    throw error;
  }
}

/** Whether the prefetcher of a host works, for a plan. */
export async function lookAtPrefetcher(ssh: Ssh, access: RemoteAccess, signal: AbortSignal): Promise<PrefetcherLook> {
  try {
    return prefetcherOf(await readRelease(ssh, access, { signal }));
  } catch (error) {
    if (error instanceof ExpectedFailure) return { failure: error.failure };
    throw error;
  }
}
