import type { CacheDriver } from './glance-releases.ts';
import {
  checkBody,
  defaultTexts,
  empty,
  forbidden,
  imageNotFound,
  json,
  methodNotAllowed,
  Refusal,
} from './glance-replies.ts';
import type { CacheRow, ClearTarget } from './simulated-cache.ts';
import { type Caller, isVisible } from './simulated-image.ts';
import type { DemoNode } from './simulated-node.ts';
import type { DemoReply, DemoRequest, NoReply } from './simulated-server.ts';

/** The body of `GET /v2/cache`. The driver decides the keys of an entry, their order and the format of times. */
function cacheList(node: DemoNode): { cached_images: unknown[] | null; queued_images: unknown[] } {
  return { cached_images: cachedEntries(node), queued_images: queuedEntries(node) };
}

function cachedEntries(node: DemoNode): unknown[] | null {
  if (node.nullList) return null;
  const rows = node.cache.rows(node.driver === 'sqlite');
  const entries: unknown[] = rows.map((row) => ({
    ...entry(row, node.driver, node.timeShift),
    ...node.damagedRecords.get(row.imageId),
  }));
  return [...entries, ...node.oddCached];
}

function queuedEntries(node: DemoNode): unknown[] {
  return [...node.cache.queued(), ...node.oddQueued];
}

function entry(row: CacheRow, driver: CacheDriver, shift: number): Record<string, unknown> {
  const accessed = row.lastAccessed + shift;
  const modified = row.lastModified + shift;
  if (driver === 'centralized_db') {
    return {
      id: row.rowId,
      image_id: row.imageId,
      last_accessed: accessed,
      last_modified: modified,
      size: row.size,
      hits: row.hits,
      checksum: null,
    };
  }
  if (driver === 'xattr') {
    return {
      image_id: row.imageId,
      last_modified: Math.floor(modified),
      last_accessed: Math.floor(accessed),
      size: row.size,
      hits: row.hits,
    };
  }
  return {
    image_id: row.imageId,
    hits: row.hits,
    last_accessed: accessed,
    last_modified: modified,
    size: row.size,
  };
}

const cachingOff = () => new Refusal(404, defaultTexts.cachingOff);

/**
 * Handles `/v2/cache` and the paths below it (docs/glance-cache-api.md, sections 2 to 6). `rest` is the path after
 * `/v2/cache`, decoded.
 */
export function cacheApi(node: DemoNode, request: DemoRequest, caller: Caller, rest: string[]): DemoReply | NoReply {
  const [first, second] = rest;
  if (rest.length === 0) return wholeCache(node, request, caller);
  if (first === undefined || first === '' || rest.length > 2) throw new Refusal(404, defaultTexts.notFound);
  if (node.facts.pruneAndClean) {
    if (rest.length === 1 && (first === 'prune' || first === 'clean'))
      return pruneOrClean(node, request, caller, first);
    if (first === 'nodes' && second) return nodes(node, request, caller, second);
  }
  if (rest.length > 1) throw new Refusal(404, defaultTexts.notFound);
  return oneImage(node, request, caller, first);
}

function wholeCache(node: DemoNode, request: DemoRequest, caller: Caller): DemoReply {
  if (request.method === 'GET') {
    checkBody(request);
    if (!caller.admin) throw forbidden('cache_list');
    if (!node.cachingOn) throw cachingOff();
    return json(cacheList(node));
  }
  if (request.method === 'DELETE') {
    checkBody(request);
    if (!caller.admin) throw forbidden('cache_delete');
    if (!node.cachingOn) throw cachingOff();
    const { cached, queued } = node.cache.clear(clearTarget(node, request));
    return node.facts.changeBodies ? json({ cache_deleted: cached, queue_deleted: queued }) : empty(204);
  }
  throw methodNotAllowed('GET, DELETE');
}

function clearTarget(node: DemoNode, request: DemoRequest): ClearTarget {
  const sent = String(request.headers['x-image-cache-clear-target'] ?? '');
  const target = (node.facts.server === 'eventlet' ? sent.trim() : sent).toLowerCase();
  if (target === '') return 'both';
  if (target === 'cache' || target === 'queue') return target;
  throw new Refusal(400, "If provided 'x-image-cache-clear-target' must be 'cache', 'queue' or empty string.");
}

function oneImage(node: DemoNode, request: DemoRequest, caller: Caller, id: string): DemoReply {
  if (request.method !== 'PUT' && request.method !== 'DELETE') throw methodNotAllowed('DELETE, PUT');
  checkBody(request);
  const image = node.images.get(id);
  const visible = image !== undefined && isVisible(image, caller);
  if (request.method === 'PUT') {
    if (!visible) throw imageNotFound(id);
    if (!caller.admin) throw forbidden('cache_image');
    if (!node.cachingOn) throw cachingOff();
    if (image.status !== 'active') {
      throw new Refusal(400, 'Only images with status active can be targeted for queueing');
    }
    node.queue(id, true);
    return node.facts.changeBodies ? json(null) : empty(202);
  }
  if (!node.cachingOn) {
    if (!visible) throw new Refusal(500, defaultTexts.serverError);
    throw caller.admin ? cachingOff() : forbidden('cache_delete');
  }
  const held = node.cache.row(id) !== undefined || node.cache.isQueued(id);
  if (!visible && !held) throw imageNotFound(id);
  if (!caller.admin) throw forbidden('cache_delete');
  node.cache.evict(id);
  node.cache.dequeue(id);
  return node.facts.changeBodies ? json(null) : empty(204);
}

function pruneOrClean(
  node: DemoNode,
  request: DemoRequest,
  caller: Caller,
  what: 'prune' | 'clean',
): DemoReply | NoReply {
  if (request.method !== 'POST') throw methodNotAllowed('POST');
  checkBody(request);
  if (!caller.admin) throw forbidden(`cache_${what}`);
  if (!node.cachingOn) throw cachingOff();
  if (what === 'clean') return empty(200);
  if (node.pruneHung) return 'hang';
  const { files, bytes, endless } = node.cache.prune(node.limitBytes);
  if (endless) {
    node.pruneHung = true;
    return 'hang';
  }
  return json({ total_files_pruned: files, total_bytes_pruned: bytes });
}

function nodes(node: DemoNode, request: DemoRequest, caller: Caller, id: string): DemoReply {
  if (request.method !== 'GET') throw methodNotAllowed('GET');
  checkBody(request);
  if (!caller.admin) throw forbidden('list_cached_nodes');
  if (node.driver !== 'centralized_db') throw new Refusal(409, 'Centralized caching is not enabled');
  if (!node.images.get(id)) throw imageNotFound(id);
  // The database also lists the cache of a node that is down.
  return json(node.database.filter((each) => each.cache.row(id)).map((each) => each.selfReference));
}

/**
 * Handles the paths of the legacy middleware (docs/glance-cache-api.md, section 7). It does not validate ids and does
 * not wake a worker. Returns `undefined` for other paths, which the middleware passes on.
 */
export function legacyApi(node: DemoNode, request: DemoRequest, caller: Caller, path: string[]): DemoReply | undefined {
  const [what, id] = path;
  if (path.length > 2 || (what !== 'cached_images' && what !== 'queued_images')) return undefined;
  const route = `${request.method} ${what}${path.length === 2 ? '/id' : ''}`;
  const action = actions[route];
  if (!action || id === '' || !node.cachingOn) throw new Refusal(404, defaultTexts.notFound);
  if (!caller.admin) throw forbidden('manage_image_cache');
  checkBody(request, false);
  return json(action(node, id ?? ''));
}

const actions: Record<string, (node: DemoNode, id: string) => unknown> = {
  'GET cached_images': (node) => ({ cached_images: cachedEntries(node) }),
  'GET queued_images': (node) => ({ queued_images: queuedEntries(node) }),
  'PUT queued_images/id': (node, id) => {
    node.queue(id, false);
    return null;
  },
  'DELETE queued_images/id': (node, id) => {
    node.cache.dequeue(id);
    return null;
  },
  'DELETE cached_images/id': (node, id) => {
    node.cache.evict(id);
    return null;
  },
  'DELETE queued_images': (node) => ({ num_deleted: node.cache.clear('queue').queued }),
  'DELETE cached_images': (node) => ({ num_deleted: node.cache.clear('cache').cached }),
};
