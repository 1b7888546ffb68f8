import { useCallback, useSyncExternalStore } from 'react';
import type { HostId } from '../../../electron/contract/hosts.ts';
import type { ImageId } from '../../../electron/contract/images.ts';
import type { ImageTarget } from '../../../electron/contract/operations.ts';
import { cellState, type GridHost, type GridImage } from './coverage-rows.ts';

/** Chosen cells: for each image the hosts. A set may be shared by many images, and is never changed. */
export type Cells = ReadonlyMap<ImageId, ReadonlySet<HostId>>;

/** `base` is what was chosen before the range that goes on now. */
export type CellSelection = { readonly cells: Cells; readonly base: Cells };

export const emptySelection: CellSelection = { cells: new Map(), base: new Map() };

/** A rectangle of the grid as it is shown. */
export type CellRange = { images: readonly ImageId[]; hosts: readonly HostId[] };

/** Just these. */
export function selectOnly(block: CellRange): CellSelection {
  return { cells: union(emptySelection.base, block), base: emptySelection.base };
}

/** These beside what was chosen before the range. */
export function extendRange({ base }: CellSelection, block: CellRange): CellSelection {
  return { cells: union(base, block), base };
}

/** All of these more; or, where all are chosen, all of them less. */
export function toggleRange({ cells }: CellSelection, block: CellRange): CellSelection {
  const after = isSelected(cells, block) ? without(cells, block) : union(cells, block);
  return { cells: after, base: after };
}

export function isSelected(cells: Cells, { images, hosts }: CellRange): boolean {
  if (images.length === 0 || hosts.length === 0) return false;
  return images.every((imageId) => {
    const chosen = cells.get(imageId);
    return chosen !== undefined && hosts.every((hostId) => chosen.has(hostId));
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

/** What is chosen, counted. Of hosts that do not answer now nothing is missing and nothing can go. Bytes. */
export type SelectionSummary = {
  cells: number;
  images: number;
  hosts: number;
  missing: ImageTarget[];
  missingBytes: number;
  /** Missing images of which nobody tells the size. */
  unsized: number;
  cached: ImageTarget[];
  cachedBytes: number;
  queued: number;
  unknown: number;
  /** Cells of images that the filter hides. */
  hidden: number;
};

export function summarizeSelection(
  cells: Cells,
  rows: ReadonlyMap<ImageId, GridImage>,
  hosts: ReadonlyMap<HostId, GridHost>,
  shown: ReadonlySet<ImageId>,
): SelectionSummary {
  const touched = new Set<HostId>();
  const sum: SelectionSummary = {
    cells: 0,
    images: 0,
    hosts: 0,
    missing: [],
    missingBytes: 0,
    unsized: 0,
    cached: [],
    cachedBytes: 0,
    queued: 0,
    unknown: 0,
    hidden: 0,
  };
  for (const [imageId, chosen] of cells) {
    const row = rows.get(imageId);
    if (!row) continue;
    const size = row.image.sizeBytes;
    let there = 0;
    for (const hostId of chosen) {
      const host = hosts.get(hostId);
      if (!host) continue;
      there += 1;
      touched.add(hostId);
      const cell = cellState(row.image, host);
      if (cell === '-') continue;
      if (host.reading !== 'current' || cell === '?') sum.unknown += 1;
      else if (cell === 'q') sum.queued += 1;
      else if (cell === 'c') {
        sum.cached.push({ hostId, imageId });
        sum.cachedBytes += size ?? 0;
      } else {
        sum.missing.push({ hostId, imageId });
        sum.missingBytes += size ?? 0;
        if (size === null) sum.unsized += 1;
      }
    }
    sum.cells += there;
    if (there > 0) sum.images += 1;
    if (!shown.has(imageId)) sum.hidden += there;
  }
  sum.hosts = touched.size;
  return sum;
}

let current = emptySelection;
const listeners = new Set<() => void>();

/** The chosen cells: kept through navigation, forgotten with the window. */
export function useCoverageSelection(): [CellSelection, (change: (before: CellSelection) => CellSelection) => void] {
  const selection = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => current,
  );
  const set = useCallback((change: (before: CellSelection) => CellSelection) => {
    const next = change(current);
    if (next === current) return;
    current = next;
    for (const listener of listeners) listener();
  }, []);
  return [selection, set];
}
