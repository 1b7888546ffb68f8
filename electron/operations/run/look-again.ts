import { ExpectedFailure } from '../../contract/failure.ts';
import type { HostId } from '../../contract/hosts.ts';
import { askList } from '../model/list.ts';
import type { Seen } from '../model/seen.ts';
import type { Crew } from './crew.ts';

/** What a host lists now; `undefined` when it cannot be told, as the host’s own row then says. */
export async function lookAgain(crew: Crew, hostId: HostId): Promise<Seen | undefined> {
  try {
    return await askList(crew.access(hostId), crew.stopping);
  } catch (error) {
    if (error instanceof ExpectedFailure) return undefined;
    throw error;
  }
}
