import type { ClearTarget } from './cache.ts';
import { cacheList } from './cache-list.ts';
import { type Caller, isVisible } from './image.ts';
import type { DemoNode } from './node.ts';
import { empty, forbidden, imageNotFound, json, methodNotAllowed, Refusal, words } from './replies.ts';
import { checkBody } from './request-body.ts';
import type { DemoReply, DemoRequest, NoReply } from './server.ts';

const cachingOff = () => new Refusal(404, words.cachingOff);

/** `/v2/cache` and below it (glance-cache-api.md, sections 2 to 6). `rest` is what follows `/v2/cache`, decoded. */
export function cacheApi(node: DemoNode, request: DemoRequest, caller: Caller, rest: string[]): DemoReply | NoReply {
  const [first, second] = rest;
  if (rest.length === 0) return wholeCache(node, request, caller);
  if (first === undefined || first === '' || rest.length > 2) throw new Refusal(404, words.notFound);
  if (node.facts.pruneAndClean) {
    if (rest.length === 1 && (first === 'prune' || first === 'clean')) return tidy(node, request, caller, first);
    if (first === 'nodes' && second) return nodes(node, request, caller, second);
  }
  if (rest.length > 1) throw new Refusal(404, words.notFound);
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
    if (!visible) throw new Refusal(500, words.serverError);
    throw caller.admin ? cachingOff() : forbidden('cache_delete');
  }
  const held = node.cache.row(id) !== undefined || node.cache.isQueued(id);
  if (!visible && !held) throw imageNotFound(id);
  if (!caller.admin) throw forbidden('cache_delete');
  node.cache.evict(id);
  node.cache.dequeue(id);
  return node.facts.changeBodies ? json(null) : empty(204);
}

function tidy(node: DemoNode, request: DemoRequest, caller: Caller, what: 'prune' | 'clean'): DemoReply | NoReply {
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
  // What the database has recorded, also of a node that is down.
  return json(node.database.filter((each) => each.cache.row(id)).map((each) => each.selfReference));
}
