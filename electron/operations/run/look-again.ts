import { ExpectedFailure } from '../../contract/failure.ts';
import type { HostId } from '../../contract/hosts.ts';
import type { ImageIndex } from '../model/image-index.ts';
import { relist } from '../model/image-index.ts';
import type { OperationContext } from './operation-context.ts';

/** What a host lists now; `undefined` when it cannot be told, as the host’s own row then says. */
export async function tryRelist(context: OperationContext, hostId: HostId): Promise<ImageIndex | undefined> {
  try {
    return await relist(context.access(hostId), context.stopping);
  } catch (error) {
    if (error instanceof ExpectedFailure) return undefined;
    throw error;
  }
}
