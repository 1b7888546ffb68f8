import { ExpectedFailure } from '../../contract/failure.ts';
import type { HostSummary } from '../../contract/fleet.ts';
import type { OperatedHost } from './host-access.ts';
import { byId, type Seen } from './seen.ts';

/** Whether a host's list tells what is there: `null` for a list (glance-cache-api, trap 12) is not an empty one. */
export function listTells(summary: Pick<HostSummary, 'warnings'>): boolean {
  return !summary.warnings.some((warning) => warning.kind === 'nullList');
}

/** What a host lists now. Throws its failure when it does not answer, or answers without a list. */
export async function askList(access: OperatedHost, signal: AbortSignal): Promise<Seen> {
  const images = await access.refresh(signal);
  if (listTells(access.summary())) return byId(images);
  const { name, address } = access.summary();
  throw new ExpectedFailure({
    code: 'badResponse',
    message: `${name} (${address}) lists null in place of its images: it cannot read its own cache database.`,
    remedy: 'Look into the log of glance-api on the host, and at the database in its cache directory.',
  });
}
