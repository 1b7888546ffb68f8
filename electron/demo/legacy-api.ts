import { cachedEntries, queuedEntries } from './cache-list.ts';
import type { Caller } from './image.ts';
import type { DemoNode } from './node.ts';
import { forbidden, json, Refusal, words } from './replies.ts';
import { checkBody } from './request-body.ts';
import type { DemoReply, DemoRequest } from './server.ts';

/**
 * The paths of the older middleware (glance-cache-api.md, section 7). Ids are not validated at all; nothing is signalled
 * to a worker. `undefined`: not a path of the middleware, which then hands the request on.
 */
export function legacyApi(node: DemoNode, request: DemoRequest, caller: Caller, path: string[]): DemoReply | undefined {
  const [what, id] = path;
  if (path.length > 2 || (what !== 'cached_images' && what !== 'queued_images')) return undefined;
  const route = `${request.method} ${what}${path.length === 2 ? '/id' : ''}`;
  const action = actions[route];
  if (!action || id === '' || !node.cachingOn) throw new Refusal(404, words.notFound);
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
