import { formatCount, plural } from '../../../electron/contract/counts.ts';
import type { CoverageCell } from '../../../electron/contract/coverage.ts';
import type { Tone } from '../../components/tag.tsx';

/** The state of an image on a host, in a word. */
export const cellLabels: Record<CoverageCell, { text: string; tone: Tone }> = {
  c: { text: 'cached', tone: 'ok' },
  q: { text: 'queued', tone: 'accent' },
  m: { text: 'missing', tone: 'plain' },
  '-': { text: 'not cached', tone: 'plain' },
  '?': { text: 'unknown', tone: 'warn' },
};

type Counts = { cached: number; queued: number; unknown: number; hosts: number };

/** How many hosts have an image: `cached on 12, queued on 1 of 64 hosts`. */
export function placesSummary({ cached, queued, unknown, hosts }: Counts): string {
  const parts: string[] = [];
  if (cached > 0) parts.push(`cached on ${formatCount(cached)}`);
  if (queued > 0) parts.push(`queued on ${formatCount(queued)}`);
  if (parts.length === 0) return unknown > 0 ? `cached nowhere, unknown on ${formatCount(unknown)}` : 'cached nowhere';
  return `${parts.join(', ')} of ${plural(hosts, 'host')}`;
}
