import { ExpectedFailure } from '../contract/failure.ts';
import type { HostId } from '../contract/hosts.ts';
import type { CachedImage } from '../contract/images.ts';
import type { HostDisk } from '../contract/remote.ts';
import { readOnDisk } from '../operations/model/operated-host.ts';
import { cleanable, countedBytes, diskDifference } from '../ssh/disk-listing.ts';
import { remoteAccessOf } from './reach.ts';
import type { Rooms } from './rooms.ts';

/** Reads a host's cache directory over ssh, and its list at about the same time. Changes nothing there. */
export async function readHostDisk(
  { inventory, fleet, ssh }: Pick<Rooms, 'inventory' | 'fleet' | 'ssh'>,
  hostId: HostId,
  signal: AbortSignal = new AbortController().signal,
): Promise<HostDisk> {
  // Also says where there is no such host.
  const host = fleet.access(hostId);
  const access = remoteAccessOf(inventory, hostId);
  if (!access) {
    throw new ExpectedFailure({
      code: 'unsupported',
      message: `No access over ssh is set up for ${host.summary().name}, by which its cache directory could be read.`,
      remedy: 'Set it up in the settings of the host or of its cloud.',
      notSent: true,
    });
  }
  const { configuration, listing } = await readOnDisk(ssh, access, signal);
  const records = await listed();
  return {
    configuration,
    listing,
    cleanable: cleanable(listing, configuration.stallSeconds),
    countedBytes: countedBytes(listing, configuration.driver),
    difference: records ? diskDifference(listing, records) : null,
  };

  /** What the host lists; none where it does not answer, as its own row then says, or lists null. */
  async function listed(): Promise<readonly CachedImage[] | undefined> {
    try {
      const { cached } = await host.refresh(signal);
      return host.summary().warnings.some(({ kind }) => kind === 'nullList') ? undefined : cached;
    } catch (error) {
      if (error instanceof ExpectedFailure && !signal.aborted) return undefined;
      throw error;
    }
  }
}
