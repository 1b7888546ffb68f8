import type { CoverageImage } from '../../../../electron/contract/coverage.ts';
import { countCells, type GridHost, type GridImage } from '../coverage-rows.ts';

export function gridHost(cellIndex: number, change: Partial<GridHost> = {}): GridHost {
  return {
    hostId: `h${cellIndex}`,
    name: `host-${cellIndex}`,
    cloudId: 'c',
    cloud: 'Cloud',
    imageServiceId: 'c',
    region: null,
    labels: [],
    waiting: false,
    reading: 'current',
    revision: 1,
    takenAt: 1_000,
    reason: null,
    cellIndex,
    ...change,
  };
}

/** An image with these cells over hosts that all answer. */
export function gridImage(
  imageId: string,
  cells: string,
  change: Partial<CoverageImage> = {},
  more: Partial<GridImage> = {},
): GridImage {
  const image: CoverageImage = {
    imageId,
    name: `name of ${imageId}`,
    catalogStatus: 'known',
    status: 'active',
    sizeBytes: 100,
    hits: 0,
    lastAccessed: null,
    cells,
    ...change,
  };
  const hosts = [...cells].map((_, index) => gridHost(index));
  return { image, counts: countCells(image, hosts), tags: [], properties: {}, visibility: null, golden: [], ...more };
}
