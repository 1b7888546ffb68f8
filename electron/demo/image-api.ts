import { type Caller, type DemoImage, imageBody, isVisible } from './image.ts';
import { queryImages, repeatQuery } from './image-query.ts';
import type { DemoNode } from './node.ts';
import { pythonJson } from './python-json.ts';
import { empty, forbidden, length, methodNotAllowed, Refusal, words } from './replies.ts';
import type { DemoReply, DemoRequest } from './server.ts';

/** The part of the image API that a reader of images needs; images come and go by the demo's control alone. */
export function imageApi(node: DemoNode, request: DemoRequest, caller: Caller, rest: string[]): DemoReply {
  const [id, sub] = rest;
  if (id === undefined) return list(node, request, caller);
  if (id === '' || rest.length > 2 || (sub !== undefined && sub !== 'file')) throw new Refusal(404, words.notFound);
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
  // Only this node's cache drops it, and its queue entry stays (glance-cache-api.md, section 4).
  node.cache.evict(id);
  return empty(204);
}

function list(node: DemoNode, request: DemoRequest, caller: Caller): DemoReply {
  if (request.method === 'POST') throw forbidden('add_image');
  if (request.method !== 'GET') throw methodNotAllowed('GET, POST');
  if (caller.projectId === undefined && node.facts.enforcesScope) throw forbidden('get_images');
  const query = new URLSearchParams(request.query);
  // uwsgi: a query that is too long loses its filter without a word (section 8).
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

/** Unlike the cache API, the image API does not escape what is not ASCII. */
function imageJson(value: unknown): DemoReply {
  const body = pythonJson(value, false);
  return { status: 200, headers: { 'Content-Length': length(body), 'Content-Type': 'application/json' }, body };
}

/** The data: as many noughts as the image has bytes. A complete download counts as a hit or fills the cache. */
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
  // What is cached on its way out is sent without saying how much it is.
  if (!node.cachingOn || node.cache.row(image.id)) headers['Content-Length'] = String(image.size);
  if (image.checksum) headers['Content-MD5'] = image.checksum;
  const fill = node.worker.corrupt.has(image.id) ? 0xff : 0;
  return { status: 200, headers, body: data(image.size, fill), sent: () => node.downloaded(image) };
}

async function* data(bytes: number, fill: number): AsyncGenerator<Buffer> {
  const chunk = Buffer.alloc(Math.min(bytes, 256 * 1024), fill);
  for (let left = bytes; left > 0; left -= chunk.length) yield left < chunk.length ? chunk.subarray(0, left) : chunk;
}
