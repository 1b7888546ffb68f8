import type { CoverageCell } from '../../../electron/contract/coverage.ts';
import type { HostSummary } from '../../../electron/contract/fleet.ts';

/** The places in clouds of which some host may have it. */
export function ofItsClouds<One extends { cell: CoverageCell; host: Pick<HostSummary, 'cloudId'> }>(
  places: readonly One[],
): One[] {
  const clouds = new Set(places.flatMap(({ cell, host }) => (cell === '-' ? [] : [host.cloudId])));
  // A host of which nothing is known does not make its cloud one that has the image, unless there is no other.
  const told = new Set(places.flatMap(({ cell, host }) => (cell === '-' || cell === '?' ? [] : [host.cloudId])));
  const shown = told.size > 0 ? told : clouds;
  return places.filter(({ host }) => shown.has(host.cloudId));
}
