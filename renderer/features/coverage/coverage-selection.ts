import type { HostId } from '../../../electron/contract/hosts.ts';
import type { ImageId } from '../../../electron/contract/images.ts';
import type { ImageTarget } from '../../../electron/contract/operations.ts';
import { useWindowState } from '../../lib/persistent-state.ts';
import { countedState, type GridHost, type GridImage } from './coverage-rows.ts';

/** The selected hosts of each image. Images may share a set, so sets are never changed in place. */
export type Cells = ReadonlyMap<ImageId, ReadonlySet<HostId>>;

/** `base` holds the cells that were selected before the current range began. */
export type CellSelection = { readonly cells: Cells; readonly base: Cells };

export const emptySelection: CellSelection = { cells: new Map(), base: new Map() };

/** A rectangle of the grid in its shown order. */
export type CellRange = { images: readonly ImageId[]; hosts: readonly HostId[] };

/** Selects the cells of a range and no others. */
export function selectOnly(range: CellRange): CellSelection {
  return { cells: union(emptySelection.base, range), base: emptySelection.base };
}

/** Makes `range` the current range; what was selected before the range began stays selected. */
export function extendRange({ base }: CellSelection, range: CellRange): CellSelection {
  return { cells: union(base, range), base };
}

/** Selects the cells of a range, or deselects them if all of them are selected. */
export function toggleRange({ cells }: CellSelection, range: CellRange): CellSelection {
  const after = isSelected(cells, range) ? without(cells, range) : union(cells, range);
  return { cells: after, base: after };
}

export function isSelected(cells: Cells, { images, hosts }: CellRange): boolean {
  if (images.length === 0 || hosts.length === 0) return false;
  return images.every((imageId) => {
    const selected = cells.get(imageId);
    return selected !== undefined && hosts.every((hostId) => selected.has(hostId));
  });
}

function union(cells: Cells, { images, hosts }: CellRange): Cells {
  if (hosts.length === 0) return cells;
  const all = new Set(hosts);
  const after = new Map(cells);
  for (const imageId of images) {
    const before = cells.get(imageId);
    if (!before) after.set(imageId, all);
    else if (hosts.some((hostId) => !before.has(hostId))) after.set(imageId, new Set([...before, ...hosts]));
  }
  return after;
}

function without(cells: Cells, { images, hosts }: CellRange): Cells {
  const gone = new Set(hosts);
  const after = new Map(cells);
  for (const imageId of images) {
    const left = new Set([...(cells.get(imageId) ?? [])].filter((hostId) => !gone.has(hostId)));
    if (left.size > 0) after.set(imageId, left);
    else after.delete(imageId);
  }
  return after;
}

/** Bytes, without the `unsized` images whose size is unknown. */
type SizeSum = { bytes: number; unsized: number };

/** The selection in numbers and targets. Cells of hosts that do not answer are unknown: neither missing nor deletable. */
export type SelectionSummary = {
  cells: number;
  images: number;
  hosts: number;
  missing: ImageTarget[];
  missingSize: SizeSum;
  cached: ImageTarget[];
  cachedSize: SizeSum;
  queued: number;
  unknown: number;
  /** Selected cells that all other numbers leave out. */
  hidden: number;
};

/**
 * Sums up a selection; sizes in bytes.
 *
 * @param taken the images whose cells count: those that the filter shows, and hidden ones that the operator includes
 */
export function summarizeSelection(
  cells: Cells,
  rows: ReadonlyMap<ImageId, GridImage>,
  hosts: ReadonlyMap<HostId, GridHost>,
  taken: ReadonlySet<ImageId>,
): SelectionSummary {
  const selectedHosts = new Set<HostId>();
  const sum: SelectionSummary = {
    cells: 0,
    images: 0,
    hosts: 0,
    missing: [],
    missingSize: { bytes: 0, unsized: 0 },
    cached: [],
    cachedSize: { bytes: 0, unsized: 0 },
    queued: 0,
    unknown: 0,
    hidden: 0,
  };
  for (const [imageId, selected] of cells) {
    const row = rows.get(imageId);
    if (!row) continue;
    const size = row.image.sizeBytes;
    let cellsOfImage = 0;
    for (const hostId of selected) {
      const host = hosts.get(hostId);
      if (!host) continue;
      if (!taken.has(imageId)) {
        sum.hidden += 1;
        continue;
      }
      cellsOfImage += 1;
      selectedHosts.add(hostId);
      const state = countedState(row.image, host);
      if (state === 'unknown' || state === 'queued') sum[state] += 1;
      else if (state === 'cached') {
        sum.cached.push({ hostId, imageId });
        addSize(sum.cachedSize, size);
      } else if (state === 'missing') {
        sum.missing.push({ hostId, imageId });
        addSize(sum.missingSize, size);
      }
    }
    sum.cells += cellsOfImage;
    if (cellsOfImage > 0) sum.images += 1;
  }
  sum.hosts = selectedHosts.size;
  return sum;
}

function addSize(sum: SizeSum, size: number | null): void {
  if (size === null) sum.unsized += 1;
  else sum.bytes += size;
}

/** The selected cells. They survive navigation and are lost when the window closes. */
export function useCoverageSelection() {
  return useWindowState<CellSelection>('coverage.selection', emptySelection);
}
