import { ExpectedFailure } from '../../contract/failure.ts';
import type { HostId } from '../../contract/hosts.ts';
import type { ImageIndex } from '../model/image-index.ts';
import { relist } from '../model/image-index.ts';
import type { Crew } from './crew.ts';

/** What a host lists now; `undefined` when it cannot be told, as the host’s own row then says. */
export async function tryRelist(crew: Crew, hostId: HostId): Promise<ImageIndex | undefined> {
  try {
    return await relist(crew.access(hostId), crew.stopping);
  } catch (error) {
    if (error instanceof ExpectedFailure) return undefined;
    throw error;
  }
}
