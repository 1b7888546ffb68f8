import type { CatalogueImage } from '../contract/images.ts';

function word(value: unknown, limit: number): string | null {
  return typeof value === 'string' ? value.slice(0, limit) : null;
}

function size(value: unknown): number | null {
  return typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER ? value : null;
}

/** Glance writes `2026-11-22T21:22:36Z`. */
function time(value: unknown): number | null {
  const ms = typeof value === 'string' && value.length <= 40 ? Date.parse(value) : Number.NaN;
  return Number.isNaN(ms) ? null : ms;
}

type Field =
  | 'id'
  | 'name'
  | 'status'
  | 'size'
  | 'disk_format'
  | 'container_format'
  | 'owner'
  | 'visibility'
  | 'os_hidden'
  | 'created_at'
  | 'updated_at';

/** An image of `GET /v2/images`; `undefined` when it has not even an id. Words too long are cut. */
export function catalogueImageOf(item: unknown): CatalogueImage | undefined {
  if (typeof item !== 'object' || item === null) return undefined;
  const image = item as { [name in Field]?: unknown };
  const { id } = image;
  if (typeof id !== 'string' || id === '' || id.length > 1_000) return undefined;
  return {
    id,
    name: word(image.name, 1_000),
    status: word(image.status, 100) ?? 'unknown',
    sizeBytes: size(image.size),
    diskFormat: word(image.disk_format, 100),
    containerFormat: word(image.container_format, 100),
    owner: word(image.owner, 255),
    visibility: word(image.visibility, 100),
    hidden: image.os_hidden === true,
    createdAt: time(image.created_at),
    updatedAt: time(image.updated_at),
  };
}
