import { filterByText } from '../../lib/text-filter.ts';
import type { GridImage } from './coverage-rows.ts';

export const filterChips = ['missing', 'cached', 'orphan'] as const;
export type FilterChip = (typeof filterChips)[number];

/** Which images are shown. All conditions must hold; an empty string is no condition. */
export type CoverageFilter = {
  /** Text in the name or the id. */
  text: string;
  tag: string;
  /** `key=value`, or a key alone. */
  property: string;
  visibility: string;
  /** The id of a golden set, `any` for every one of them, `none` for images of no set. */
  golden: string;
  chips: readonly FilterChip[];
};

export const noFilter: CoverageFilter = { text: '', tag: '', property: '', visibility: '', golden: '', chips: [] };

/** Whether a stored value is a filter. */
export function isCoverageFilter(value: unknown): value is CoverageFilter {
  if (typeof value !== 'object' || value === null) return false;
  const texts = ['text', 'tag', 'property', 'visibility', 'golden'] as const;
  const fields = value as Partial<Record<keyof CoverageFilter, unknown>>;
  return (
    texts.every((field) => typeof fields[field] === 'string') &&
    Array.isArray(fields.chips) &&
    fields.chips.every((chip) => (filterChips as readonly unknown[]).includes(chip))
  );
}

/** The number of conditions that are set. */
export function countConditions(filter: CoverageFilter): number {
  const texts = [filter.text, filter.tag, filter.property, filter.visibility, filter.golden];
  return texts.filter((text) => text.trim() !== '').length + filter.chips.length;
}

const matches: Record<FilterChip, (row: GridImage) => boolean> = {
  missing: ({ counts }) => counts.missing > 0,
  cached: ({ counts }) => counts.cached > 0,
  orphan: ({ image }) => image.catalogStatus === 'orphan',
};

/** The number of images that each chip matches. */
export function countChips(rows: readonly GridImage[]): Record<FilterChip, number> {
  const counts = { missing: 0, cached: 0, orphan: 0 };
  for (const row of rows) for (const chip of filterChips) if (matches[chip](row)) counts[chip] += 1;
  return counts;
}

export function filterRows(rows: readonly GridImage[], filter: CoverageFilter): readonly GridImage[] {
  if (countConditions(filter) === 0) return rows;
  const { tag, visibility, golden } = filter;
  const hasProperty = propertyTest(filter.property);
  return filterByText(rows, filter.text, textFields).filter(
    (row) =>
      (tag === '' || row.tags.includes(tag)) &&
      (hasProperty === undefined || hasProperty(row)) &&
      (visibility === '' || row.visibility === visibility) &&
      (golden === '' || matchesGolden(row, golden)) &&
      filter.chips.every((chip) => matches[chip](row)),
  );
}

const textFields = ({ image }: GridImage) => [image.name, image.imageId];

function matchesGolden(row: GridImage, golden: string): boolean {
  if (golden === 'any') return row.golden.length > 0;
  if (golden === 'none') return row.golden.length === 0;
  return row.golden.includes(golden);
}

/** `os_distro=ubuntu` matches that value in any case; `os_distro=` and `os_distro` match any value. */
function propertyTest(text: string): ((row: GridImage) => boolean) | undefined {
  const [, key = '', value = ''] = /^\s*([^=]*?)\s*(?:=\s*(.*?)\s*)?$/.exec(text) ?? [];
  if (key === '') return undefined;
  const wanted = value.toLowerCase();
  return ({ properties }) => {
    if (!Object.hasOwn(properties, key)) return false;
    return wanted === '' || properties[key]?.toLowerCase() === wanted;
  };
}

/** The values to filter by that occur in the catalogue, sorted: tags, visibilities, and properties as `key=value`. */
export function filterOptions(rows: readonly GridImage[]) {
  const tags = new Set<string>();
  const visibilities = new Set<string>();
  const properties = new Set<string>();
  for (const row of rows) {
    for (const tag of row.tags) tags.add(tag);
    if (row.visibility !== null) visibilities.add(row.visibility);
    // Values that are unique to an image, such as build ids, would make the list too long to use.
    if (properties.size < 500)
      for (const [key, value] of Object.entries(row.properties)) properties.add(`${key}=${value}`);
  }
  const sorted = (set: Set<string>) => [...set].sort((one, other) => (one < other ? -1 : 1));
  return { tags: sorted(tags), visibilities: sorted(visibilities), properties: sorted(properties) };
}
