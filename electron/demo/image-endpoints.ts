import { defaultTexts, empty, forbidden, length, methodNotAllowed, Refusal } from './glance-replies.ts';
import { type Caller, type DemoImage, imageBody, isoTime, isVisible } from './simulated-image.ts';
import type { DemoNode } from './simulated-node.ts';
import type { DemoReply, DemoRequest } from './simulated-server.ts';
import { pythonJson } from './simulated-server.ts';

/** One page of `GET /v2/images`; `next` is the marker of the next page. */
export type ImagePage = { images: DemoImage[]; next: string | undefined };

const defaultPageSize = 25;
const maxPageSize = 1_000;
const paging = new Set(['limit', 'marker', 'sort', 'sort_key', 'sort_dir']);

/** `GET /v2/images` (docs/glance-cache-api.md, section 8). Throws a 400 `Refusal` as Glance does. */
export function queryImages(all: readonly DemoImage[], query: URLSearchParams, caller: Caller): ImagePage {
  const limit = pageLimit(query.get('limit'));
  const order = ordering(query);
  const matching = all.filter(filterOf(query, caller));
  if (order) matching.sort(order);
  const marker = query.get('marker');
  let start = 0;
  if (marker !== null) {
    start = matching.findIndex((image) => image.id === marker) + 1;
    if (start === 0) throw new Refusal(400, `No image found with ID ${marker}`);
  }
  const images = matching.slice(start, start + limit);
  const last = images.at(-1);
  return { images, next: last && images.length === limit ? last.id : undefined };
}

/** The query as `first` and `next` repeat it; only the last value of a repeated parameter is kept. */
export function repeatQuery(query: URLSearchParams, marker?: string): string {
  const kept = new Map(query);
  kept.delete('marker');
  if (marker !== undefined) kept.set('marker', marker);
  return new URLSearchParams([...kept]).toString().replaceAll('*', '%2A').replaceAll('%7E', '~');
}

function pageLimit(text: string | null): number {
  if (text === null) return defaultPageSize;
  if (!/^[+-]?\d+$/.test(text.trim())) throw new Refusal(400, 'limit param must be an integer');
  const limit = Number(text);
  if (limit < 0) throw new Refusal(400, 'limit param must be positive');
  return Math.min(limit, maxPageSize);
}

type Compare = (a: DemoImage, b: DemoImage) => number;

const sortKeys: Record<string, (image: DemoImage) => string | number | null> = {
  name: (image) => image.name,
  status: (image) => image.status,
  container_format: (image) => image.containerFormat,
  disk_format: (image) => image.diskFormat,
  size: (image) => image.size,
  id: (image) => image.id,
  created_at: (image) => image.createdAt,
  updated_at: (image) => image.updatedAt,
};

/** Returns `undefined` for the default order, newest first, which the register already has. */
function ordering(query: URLSearchParams): Compare | undefined {
  const sort = query.get('sort');
  const keys = query.getAll('sort_key');
  const directions = query.getAll('sort_dir');
  if (sort !== null && (keys.length > 0 || directions.length > 0)) {
    throw new Refusal(400, 'Old and new sorting syntax cannot be combined');
  }
  const wanted = sort !== null ? sort.split(',').map((part) => part.trim().split(':')) : pair(keys, directions);
  if (wanted.length === 0) return undefined;
  const compares = wanted.map(([key = '', direction = 'desc']) => {
    const value = sortKeys[key];
    if (!value)
      throw new Refusal(
        400,
        `Invalid sort key: ${key}. It must be one of the following: ${Object.keys(sortKeys).join(', ')}.`,
      );
    if (direction !== 'asc' && direction !== 'desc') throw new Refusal(400, `Invalid sort direction: ${direction}`);
    const sign = direction === 'asc' ? 1 : -1;
    return (a: DemoImage, b: DemoImage) => sign * compare(value(a), value(b));
  });
  return (a, b) => {
    for (const each of compares) {
      const result = each(a, b);
      if (result !== 0) return result;
    }
    return compare(b.createdAt, a.createdAt) || compare(b.id, a.id);
  };
}

function pair(keys: string[], directions: string[]): string[][] {
  if (keys.length === 0) return directions.length > 0 ? [['created_at', directions[0] ?? 'desc']] : [];
  return keys.map((key, index) => [key, directions[index] ?? directions[0] ?? 'desc']);
}

/** Nulls are lowest, as in SQLite. */
function compare(a: string | number | null, b: string | number | null): number {
  if (a === b) return 0;
  if (a === null) return -1;
  if (b === null) return 1;
  return a < b ? -1 : 1;
}

type Predicate = (image: DemoImage) => boolean;

function filterOf(query: URLSearchParams, caller: Caller): Predicate {
  const predicates: Predicate[] = [scope(query.get('visibility'), caller), hidden(query.get('os_hidden'))];
  for (const [name, value] of query) {
    if (!paging.has(name) && name !== 'visibility' && name !== 'os_hidden') predicates.push(predicate(name, value));
  }
  return (image) => predicates.every((each) => each(image));
}

/** An admin sees every project's images, but other projects' community images only on request. */
function scope(visibility: string | null, caller: Caller): Predicate {
  const mine: Predicate = (image) => image.owner === caller.projectId;
  const mayList: Predicate = (image) => caller.admin || mine(image) || image.visibility === 'public';
  if (visibility === null) return (image) => mayList(image) && (image.visibility !== 'community' || mine(image));
  if (visibility === 'all') return (image) => mayList(image) || image.visibility === 'community';
  if (!['public', 'private', 'shared', 'community'].includes(visibility)) {
    throw new Refusal(400, `Invalid visibility value: ${visibility}`);
  }
  return (image) => image.visibility === visibility && (mayList(image) || visibility === 'community');
}

function hidden(value: string | null): Predicate {
  if (value === null) return (image) => !image.hidden;
  const wanted = boolean('os_hidden', value);
  return (image) => image.hidden === wanted;
}

function boolean(name: string, value: string): boolean {
  if (value.toLowerCase() === 'true') return true;
  if (value.toLowerCase() === 'false') return false;
  throw new Refusal(400, `Invalid value '${value}' for '${name}' filter. Valid values are 'true' or 'false'.`);
}

/** Parses a size of a range filter. */
function size(value: string): number {
  if (!/^\d+$/.test(value)) throw new Refusal(400, 'Unable to filter on a range with a non-numeric value.');
  return Number(value);
}

const fields: Record<string, (image: DemoImage) => string | null> = {
  id: (image) => image.id,
  name: (image) => image.name,
  status: (image) => image.status,
  disk_format: (image) => image.diskFormat,
  container_format: (image) => image.containerFormat,
};

function predicate(name: string, value: string): Predicate {
  const field = fields[name];
  if (field) {
    const wanted = new Set(value.startsWith('in:') ? value.slice(3).split(',').map(unquote) : [value]);
    return (image) => wanted.has(field(image) ?? '');
  }
  switch (name) {
    case 'owner':
      return (image) => image.owner === value;
    case 'checksum':
      return (image) => image.checksum === value;
    case 'tag':
      return (image) => image.tags.includes(value);
    case 'protected': {
      const wanted = boolean(name, value);
      return (image) => image.protected === wanted;
    }
    case 'size':
      return (image) => image.size === Number(value);
    case 'size_min': {
      const least = size(value);
      return (image) => image.size !== null && image.size >= least;
    }
    case 'size_max': {
      const most = size(value);
      return (image) => image.size !== null && image.size <= most;
    }
    case 'member_status':
      if (['pending', 'accepted', 'rejected', 'all'].includes(value)) return () => true;
      throw new Refusal(400, `Invalid status: ${value}`);
    case 'changes-since':
      throw new Refusal(400, 'The "changes-since" filter is no longer available on v2.');
    case 'created_at':
      return timeFilter(name, value, (image) => image.createdAt);
    case 'updated_at':
      return timeFilter(name, value, (image) => image.updatedAt);
    default:
      return (image) => image.properties[name] === value;
  }
}

function unquote(text: string): string {
  return text.replace(/^"(.*)"$/, '$1');
}

function timeFilter(name: string, value: string, time: (image: DemoImage) => number): Predicate {
  const match = /^(?:(gt|gte|lt|lte|eq|neq):)?(.+)$/.exec(value);
  const operator = match?.[1] ?? 'eq';
  const moment = Date.parse(match?.[2] ?? '');
  if (Number.isNaN(moment)) {
    throw new Refusal(400, `Bad "${name}" query filter format. Use ISO 8601 DateTime notation.`);
  }
  const at = isoTime(moment);
  return (image) => {
    const own = isoTime(time(image));
    if (operator === 'gt') return own > at;
    if (operator === 'gte') return own >= at;
    if (operator === 'lt') return own < at;
    if (operator === 'lte') return own <= at;
    return operator === 'neq' ? own !== at : own === at;
  };
}

/** Handles the read requests of the image API, and DELETE. Other changes of images are made by the demo's control. */
export function imageApi(node: DemoNode, request: DemoRequest, caller: Caller, rest: string[]): DemoReply {
  const [id, sub] = rest;
  if (id === undefined) return list(node, request, caller);
  if (id === '' || rest.length > 2 || (sub !== undefined && sub !== 'file'))
    throw new Refusal(404, defaultTexts.notFound);
  if (sub === 'file' && request.method !== 'GET') throw methodNotAllowed('GET, PUT');
  if (request.method !== 'GET' && request.method !== 'DELETE') throw methodNotAllowed('GET, PATCH, DELETE');
  const image = node.images.get(id);
  if (!image || !isVisible(image, caller)) {
    const removing = request.method === 'DELETE';
    throw new Refusal(404, removing ? `Failed to find image ${id} to delete` : `No image found with ID ${id}`);
  }
  if (sub === 'file') return file(node, request, image);
  if (request.method === 'GET') return imageJson(imageBody(image));
  if (!caller.admin && image.owner !== caller.projectId) throw forbidden('delete_image');
  if (image.protected) {
    throw new Refusal(403, `Image ${id} is protected and cannot be deleted.`);
  }
  node.images.delete(id);
  // Only this node's cache drops the image, and its queue entry stays (docs/glance-cache-api.md, section 4).
  node.cache.evict(id);
  return empty(204);
}

function list(node: DemoNode, request: DemoRequest, caller: Caller): DemoReply {
  if (request.method === 'POST') throw forbidden('add_image');
  if (request.method !== 'GET') throw methodNotAllowed('GET, POST');
  if (caller.projectId === undefined && node.facts.enforcesScope) throw forbidden('get_images');
  const query = new URLSearchParams(request.query);
  // uwsgi silently drops the query if it is too long (docs/glance-cache-api.md, section 8).
  if (node.facts.server === 'uwsgi' && request.url.length > 32_500) query.delete('id');
  const page = queryImages(node.images.all(), query, caller);
  const first = repeatQuery(query);
  return imageJson({
    images: page.images.map(imageBody),
    first: first === '' ? '/v2/images' : `/v2/images?${first}`,
    schema: '/v2/schemas/images',
    next: page.next === undefined ? undefined : `/v2/images?${repeatQuery(query, page.next)}`,
  });
}

/** Unlike the cache API, the image API does not escape characters outside ASCII. */
function imageJson(value: unknown): DemoReply {
  const body = pythonJson(value, false);
  return { status: 200, headers: { 'Content-Length': length(body), 'Content-Type': 'application/json' }, body };
}

/** The data: one zero byte per byte of the image. A complete download counts as a hit or fills the cache. */
function file(node: DemoNode, request: DemoRequest, image: DemoImage): DemoReply {
  if (image.status === 'deactivated') {
    throw new Refusal(403, `The requested image has been deactivated. Image data download is forbidden.`);
  }
  if (image.size === null) return empty(204);
  const headers: Record<string, string> = { 'Content-Type': 'application/octet-stream', 'Accept-Ranges': 'bytes' };
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
  if (range) {
    const start = Number(range[1]);
    const end = Math.min(range[2] ? Number(range[2]) : image.size - 1, image.size - 1);
    if (start > end) throw new Refusal(416, 'Requested range cannot be satisfied.');
    headers['Content-Range'] = `bytes ${start}-${end}/${image.size}`;
    headers['Content-Length'] = String(end - start + 1);
    return { status: 206, headers, body: data(end - start + 1, 0) };
  }
  // Glance sends no Content-Length while it fills the cache during a download.
  if (!node.cachingOn || node.cache.row(image.id)) headers['Content-Length'] = String(image.size);
  if (image.checksum) headers['Content-MD5'] = image.checksum;
  const fill = node.worker.corrupt.has(image.id) ? 0xff : 0;
  return { status: 200, headers, body: data(image.size, fill), sent: () => node.downloaded(image) };
}

async function* data(bytes: number, fill: number): AsyncGenerator<Buffer> {
  const chunk = Buffer.alloc(Math.min(bytes, 256 * 1024), fill);
  for (let left = bytes; left > 0; left -= chunk.length) yield left < chunk.length ? chunk.subarray(0, left) : chunk;
}
