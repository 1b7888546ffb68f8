import type { HostSummary } from '../../../electron/contract/fleet.ts';
import { formatSize } from '../../../electron/contract/units.ts';
import { plural } from '../../lib/format.ts';

/** What a host's last answer came to, in a line; undefined while there is none and no failure either. */
export function answerWords(host: HostSummary): string | undefined {
  if (host.state !== 'reachable' || !host.capabilities) return undefined;
  const parts = [`API ${host.capabilities.apiVersion}`];
  if (host.capabilities.dialect === 'legacy') parts[0] = 'Older cache API';
  if (host.totals)
    parts.push(`${plural(host.totals.cachedImages, 'cached image')}, ${formatSize(host.totals.sizeBytes)}`);
  return parts.join(' · ');
}
