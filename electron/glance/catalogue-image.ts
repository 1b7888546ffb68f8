import { type CatalogueImage, longestProperty, mostProperties, mostTags } from '../contract/images.ts';

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

/**
 * The fields that every image has, or may have by the server's configuration (`direct_url`, `locations`, `stores`). Glance
 * gives custom properties beside them, as further fields of the same object.
 */
const baseFields = new Set([
  'id',
  'name',
  'status',
  'visibility',
  'protected',
  'checksum',
  'os_hash_algo',
  'os_hash_value',
  'os_hidden',
  'owner',
  'size',
  'virtual_size',
  'container_format',
  'disk_format',
  'min_ram',
  'min_disk',
  'created_at',
  'updated_at',
  'tags',
  'self',
  'file',
  'schema',
  'direct_url',
  'locations',
  'stores',
]);

/** Glance's own notes of an import under way begin so; they are no properties of the image. */
const internalField = /^os_glance_/;

function isShort(text: unknown): text is string {
  return typeof text === 'string' && text.length <= longestProperty;
}

function tagsOf(tags: unknown): string[] {
  return Array.isArray(tags) ? tags.filter(isShort).slice(0, mostTags) : [];
}

function propertiesOf(image: object): Record<string, string> {
  const properties: [string, string][] = [];
  for (const [key, value] of Object.entries(image)) {
    if (properties.length >= mostProperties) break;
    const custom = !baseFields.has(key) && !internalField.test(key) && key !== '__proto__';
    if (custom && isShort(key) && isShort(value)) properties.push([key, value]);
  }
  return Object.fromEntries(properties);
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
  | 'updated_at'
  | 'tags';

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
    tags: tagsOf(image.tags),
    properties: propertiesOf(item),
  };
}
