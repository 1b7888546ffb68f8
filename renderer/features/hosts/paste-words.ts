import type { PasteReport } from '../../../electron/contract/hosts.ts';

export type PasteCounts = { willAdd: number; added: number; duplicate: number; invalid: number };

/** The lines of a report by outcome. */
export function countLines(report: PasteReport | undefined): PasteCounts {
  const counts: PasteCounts = { willAdd: 0, added: 0, duplicate: 0, invalid: 0 };
  for (const { outcome } of report?.lines ?? []) counts[outcome] += 1;
  return counts;
}

/** `12 hosts to add, 2 there already, 1 line not understood`. */
export function pasteSummary(counts: PasteCounts): string {
  const parts = [
    counts.added > 0 ? `${counts.added} ${counts.added === 1 ? 'host' : 'hosts'} added` : '',
    counts.willAdd > 0 ? `${counts.willAdd} ${counts.willAdd === 1 ? 'host' : 'hosts'} to add` : '',
    counts.duplicate > 0 ? `${counts.duplicate} there already` : '',
    counts.invalid > 0 ? `${counts.invalid} ${counts.invalid === 1 ? 'line' : 'lines'} not understood` : '',
  ].filter(Boolean);
  return parts.join(', ');
}
