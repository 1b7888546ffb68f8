import type { CoverageHost } from '../contract/coverage.ts';
import type { HostImages, HostSummary } from '../contract/fleet.ts';

/** A host as it is covered: what it is, and what it last listed. */
export type Covered = { summary: HostSummary; images: HostImages };

/**
 * How far what a host last listed can be trusted. A host that is down may have lost or gained anything meanwhile: its
 * list is shown as of then, never as of now. Where caching was switched off, what the directory holds serves nobody.
 */
export function readingOf({ summary, images }: Covered): CoverageHost {
  const { id, name, failure } = summary;
  const { takenAt, revision } = images;
  const nullList = summary.warnings.find((warning) => warning.kind === 'nullList');
  const told = { hostId: id, revision, takenAt };
  const unknown = (reason: string): CoverageHost => ({ ...told, reading: 'unknown', reason });
  if (failure?.code === 'cachingDisabled') return unknown(failure.message);
  if (takenAt === null) return unknown(failure?.message ?? `${name} has not answered yet.`);
  if (nullList) return unknown(nullList.text);
  if (failure) return { ...told, reading: 'stale', reason: failure.message };
  return { ...told, reading: 'current', reason: null };
}
