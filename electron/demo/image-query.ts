import { type Caller, type DemoImage, isoTime } from './image.ts';
import { Refusal } from './replies.ts';

/** What one page of `GET /v2/images` holds; `next` is the marker of the page after it. */
export type ImagePage = { images: DemoImage[]; next: string | undefined };

const pageDefault = 25;
const pageMost = 1_000;
const paging = new Set(['limit', 'marker', 'sort', 'sort_key', 'sort_dir']);

/** `GET /v2/images` (glance-cache-api.md, section 8). Throws a 400 `Refusal` as Glance does. */
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

/** The query as `first` and `next` repeat it: of a repeated parameter only the last survives. */
export function repeatQuery(query: URLSearchParams, marker?: string): string {
  const kept = new Map(query);
  kept.delete('marker');
  if (marker !== undefined) kept.set('marker', marker);
  return new URLSearchParams([...kept]).toString().replaceAll('*', '%2A').replaceAll('%7E', '~');
}

function pageLimit(text: string | null): number {
  if (text === null) return pageDefault;
  if (!/^[+-]?\d+$/.test(text.trim())) throw new Refusal(400, 'limit param must be an integer');
  const limit = Number(text);
  if (limit < 0) throw new Refusal(400, 'limit param must be positive');
  return Math.min(limit, pageMost);
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

/** `undefined`: the default, newest first, which the register has already. */
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

/** Nulls are lowest, as sqlite has it. */
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

/** An admin sees every project's images; other projects' community images only when asked for. */
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

/** For a range of sizes. */
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
