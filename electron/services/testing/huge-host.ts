import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { testServices } from './test-services.ts';

/** Images of a host whose list, of 31 MB, is almost as long as the console takes. */
export const hugeCount = 231_344;

/** Each listing has other hits than the previous one, on one image in a thousand. */
const hostSource = (count: number) => `
  const { createServer } = require('node:http');
  const { parentPort } = require('node:worker_threads');
  let listings = 0;
  const record = (n) => ({
    image_id: 'aaaaaaaa-bbbb-4ccc-8ddd-' + n.toString(16).padStart(12, '0'),
    hits: (n % 7) + (n % 1000 === 0 ? listings : 0),
    last_accessed: 1790000000 + (n % 100000) + 0.25,
    last_modified: 1780000000 + (n % 1000) + 0.5,
    size: 1000000 + n,
  });
  const versions = ['v2.18', 'v2.16', 'v2.14'].map((id) => ({ id, status: 'CURRENT' }));
  createServer((request, response) => {
    const answer = (status, body) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    };
    if (request.url === '/') return answer(300, { versions });
    if (request.url.startsWith('/v2/images?')) return answer(200, { images: [] });
    if (request.url !== '/v2/cache') return answer(404, { message: 'No image found' });
    listings += 1;
    answer(200, { cached_images: Array.from({ length: ${count} }, (_, n) => record(n)), queued_images: [] });
  }).listen(0, '127.0.0.1', function () {
    parentPort.postMessage(this.address().port);
  });`;

/** Services with one host of this many images, which runs in its own thread and has been read already. */
export async function hugeHostConsole(count = hugeCount) {
  const host = new Worker(hostSource(count), { eval: true });
  const [port] = await once(host, 'message');
  const services = await testServices();
  const { client } = services;
  const address = `http://127.0.0.1:${port}`;
  const cloud = await client.clouds.add({
    name: 'c',
    source: { kind: 'typed', login: { kind: 'none' }, connection: {} },
  });
  const { id } = await client.hosts.add({
    cloudId: cloud.id,
    address,
    name: 'h',
    limitBytes: null,
    note: '',
    labels: [],
  });
  await client.hosts.refresh({ ids: [id] });
  return {
    client,
    id,
    address,
    async [Symbol.asyncDispose]() {
      await services[Symbol.asyncDispose]();
      await host.terminate();
    },
  };
}
