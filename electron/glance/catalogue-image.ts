import { type CatalogueImage, maxProperties, maxPropertyLength, maxTags } from '../contract/images.ts';
import type { AnswerReader } from '../http/answer-reader.ts';

function word(value: unknown, limit: number): string | null {
  return typeof value === 'string' ? value.slice(0, limit) : null;
}

function size(value: unknown): number | null {
  return typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER ? value : null;
}

/** Parses Glance's times, such as `2026-11-22T21:22:36Z`. */
function time(value: unknown): number | null {
  const ms = typeof value === 'string' && value.length <= 40 ? Date.parse(value) : Number.NaN;
  return Number.isNaN(ms) ? null : ms;
}

/**
 * The fields that every image has, or has by the server's configuration (`direct_url`, `locations`, `stores`). Glance
 * puts custom properties beside them, into the same object.
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

/** Glance's internal fields of a running import begin like this; they are no properties of the image. */
const internalField = /^os_glance_/;

function isShort(text: unknown): text is string {
  return typeof text === 'string' && text.length <= maxPropertyLength;
}

function tagsOf(tags: unknown): string[] {
  return Array.isArray(tags) ? tags.filter(isShort).slice(0, maxTags) : [];
}

function propertiesOf(image: object): Record<string, string> {
  const properties: [string, string][] = [];
  for (const [key, value] of Object.entries(image)) {
    if (properties.length >= maxProperties) break;
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

/** Parses an image of `GET /v2/images`. `undefined` when it has no valid id. Texts that are too long are cut. */
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

/** Glance's largest page (`api_limit_max`). Images beyond it are requested again as the next page. */
export const pageSize = 1_000;

/** Reader of a page of `GET /v2/images`; undefined if the answer is not one. */
export const pageReader: AnswerReader<{ images: CatalogueImage[]; more: boolean } | undefined> = {
  name: 'page of images',
  // An image may have 64 properties.
  sliceLength: 100,
  read(body) {
    if (typeof body !== 'object' || body === null) return undefined;
    const { images, next } = body as { images?: unknown; next?: unknown };
    if (!Array.isArray(images)) return undefined;
    return {
      images: images
        .slice(0, pageSize)
        .map(catalogueImageOf)
        .filter((image) => image !== undefined),
      more: typeof next === 'string' || images.length > pageSize,
    };
  },
};

/** Reader of `GET /v2/images/{id}`; undefined when the answer is no image. */
export const imageReader: AnswerReader<CatalogueImage | undefined> = {
  name: 'image',
  sliceLength: 1,
  read: catalogueImageOf,
};

export const catalogueReaders: readonly AnswerReader<unknown>[] = [pageReader, imageReader];
