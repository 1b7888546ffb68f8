import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Release } from './glance-releases.ts';
import { type DemoCloud, startDemoCloud } from './simulated-cloud.ts';
import type { HostControl } from './simulated-control.ts';
import { send } from './testing/send.ts';

/** The faults of real hosts, and those that tests cause, behave as docs/glance-cache-api.md describes them. */
let now = 0;
let cloud: DemoCloud;
beforeEach(async () => {
  now = 1_795_000_000_000;
  const host = (name: string, release: Release) => ({ name, release, fill: 'ordinary' as const, limitBytes: 5_000 });
  const hosts = [host('new', '33'), host('old', '25'), host('first', '24.0'), host('legacy', '23')];
  cloud = await startDemoCloud({ hosts, images: 0, traffic: false, now: () => now });
});
const pending: Promise<void>[] = [];
afterEach(async () => {
  await cloud.close();
  await Promise.all(pending.splice(0));
});

async function ask(host: HostControl, method: string, path: string, token = cloud.control.adminToken()) {
  const headers = { 'X-Auth-Token': token, Accept: 'application/json' };
  const got = await send(host.address, { method, path, headers });
  return { ...got, json: () => JSON.parse(got.text) as unknown };
}
type Lists = { cached_images: { image_id: string }[] | null; queued_images: string[] };
const list = async (host: HostControl) => (await ask(host, 'GET', '/v2/cache')).json() as Lists;

/** Whether a request is still unanswered when a later one has been answered. */
async function hangs(host: HostControl, method: string, path: string): Promise<boolean> {
  let answered = false;
  const asking = ask(host, method, path).then(
    () => {
      answered = true;
    },
    () => undefined, // Stopping the host closes the connection.
  );
  const later = await ask(host, 'GET', '/healthcheck').then(() => ask(host, 'GET', '/healthcheck'));
  expect(later.status).toBe(200);
  pending.push(asking);
  return !answered;
}

describe('fetching', () => {
  test('a dead worker accepts requests and fetches nothing until a restart and another request', async () => {
    const host = cloud.control.host('new');
    const [lost, other] = [cloud.control.addImage(), cloud.control.addImage()];
    host.breakImage(lost.id);
    expect((await ask(host, 'PUT', `/v2/cache/${lost.id}`)).status).toBe(202);
    expect((await ask(host, 'PUT', `/v2/cache/${other.id}`)).status).toBe(202);
    await host.fetched();
    expect(await list(host)).toEqual({ cached_images: [], queued_images: [lost.id, other.id] });
    await host.restart();
    expect((await list(host)).queued_images).toEqual([lost.id, other.id]);
    await ask(host, 'PUT', `/v2/cache/${other.id}`);
    await host.fetched();
    expect(host.state()).toMatchObject({ queued: [lost.id], cached: [{ imageId: other.id }] });
  });

  test('fetches end one after the other when a test lets them', async () => {
    const host = cloud.control.host('old');
    host.holdFetches();
    const images = [cloud.control.addImage(), cloud.control.addImage()];
    for (const { id } of images) await ask(host, 'PUT', `/v2/cache/${id}`);
    expect(host.state()).toMatchObject({
      fetching: images[0]?.id,
      queued: images.map((image) => image.id),
      cached: [],
    });
    host.finishFetch();
    expect(host.state()).toMatchObject({ fetching: images[1]?.id, queued: [images[1]?.id] });
    host.releaseFetches();
    await host.fetched();
    expect(host.state()).toMatchObject({ fetching: undefined, queued: [] });
    expect(host.state().cached).toHaveLength(2);
  });

  test.each(['one', 'all'])('deleting %s during the fetch is undone by its end', async (what) => {
    const host = cloud.control.host('new');
    const { id } = cloud.control.addImage();
    host.holdFetches();
    await ask(host, 'PUT', `/v2/cache/${id}`);
    expect((await ask(host, 'DELETE', what === 'one' ? `/v2/cache/${id}` : '/v2/cache')).status).toBe(204);
    expect(await list(host)).toEqual({ cached_images: [], queued_images: [] });
    host.finishFetch();
    expect((await list(host)).cached_images).toMatchObject([{ image_id: id }]);
  });

  test('queueing a queued image is counted, and its data is wrong until the second fetch has ended', async () => {
    const host = cloud.control.host('new');
    const { id } = cloud.control.addImage({ size: 100 });
    host.holdFetches();
    await ask(host, 'PUT', `/v2/cache/${id}`);
    expect(host.doubleQueued).toEqual([]);
    await ask(host, 'PUT', `/v2/cache/${id}`);
    expect(host.doubleQueued).toEqual([id]);
    const right = async () => (await ask(host, 'GET', `/v2/images/${id}/file`)).text === '\0'.repeat(100);
    host.finishFetch();
    expect(await right()).toBe(false);
    host.finishFetch();
    expect(await right()).toBe(true);
  });

  test('queueing a cached image is not recorded as a second request', async () => {
    const host = cloud.control.host('new');
    const { id } = cloud.control.addImage();
    host.cache(id, 5);
    await ask(host, 'PUT', `/v2/cache/${id}`);
    await host.fetched();
    expect(host.doubleQueued).toEqual([]);
    expect(host.state().cached).toMatchObject([{ imageId: id, size: 5 }]);
  });

  test('24.0 fetches with its job, and answers in JSON', async () => {
    const host = cloud.control.host('first');
    const { id } = cloud.control.addImage();
    const put = await ask(host, 'PUT', `/v2/cache/${id}`);
    expect([put.status, put.text]).toEqual([200, 'null']);
    await host.fetched();
    expect(host.state().queued).toEqual([id]);
    host.runPeriodicJob();
    await host.fetched();
    expect(host.state()).toMatchObject({ queued: [], cached: [{ imageId: id }] });
    const clear = await ask(host, 'DELETE', '/v2/cache');
    expect([clear.status, clear.text]).toEqual([200, '{"cache_deleted": 1, "queue_deleted": 0}']);
  });

  test('a host with one process answers nothing during a fetch', async () => {
    const host = cloud.control.host('old');
    host.node.blocksWhileFetching = true;
    host.holdFetches();
    await ask(host, 'PUT', `/v2/cache/${cloud.control.addImage().id}`);
    const answer = list(host);
    host.releaseFetches();
    expect((await answer).cached_images).toHaveLength(1);
  });
});

describe('prune', () => {
  test('never ends if there are files without a record, nor does any later prune, until a restart', async () => {
    const host = cloud.control.host('new');
    host.cache('a', 1_000);
    host.node.cache.strayBytes = 6_000;
    expect(await hangs(host, 'POST', '/v2/cache/prune')).toBe(true);
    expect(host.state().cached).toEqual([]);
    host.node.cache.strayBytes = 0;
    expect(await hangs(host, 'POST', '/v2/cache/prune')).toBe(true);
    await host.restart();
    const answer = await ask(host, 'POST', '/v2/cache/prune');
    expect(answer.json()).toEqual({ total_files_pruned: 0, total_bytes_pruned: 0 });
  });
});

describe('lists', () => {
  test('can be null, have shifted times, and have odd records and entries', async () => {
    const host = cloud.control.host('new');
    host.cache('a', 1, { lastModified: now });
    const times = async () => (await list(host)).cached_images as { last_accessed?: number }[] | null;
    host.node.timeShift = 18_000;
    expect((await times())?.[0]?.last_accessed).toBeCloseTo(now / 1_000 + 18_000, 3);
    host.node.oddCached = [null, { image_id: 7 }];
    host.node.oddQueued = [{}];
    expect(await list(host)).toMatchObject({ cached_images: [{}, null, { image_id: 7 }], queued_images: [{}] });
    host.node.nullList = true;
    expect((await list(host)).cached_images).toBeNull();
  });

  test('caching that is off means another version list, 404, and 500 for an unknown image', async () => {
    const host = cloud.control.host('new');
    host.node.cachingOn = false;
    const { id } = cloud.control.addImage();
    const versions = (await ask(host, 'GET', '/')).json() as { versions: { id: string }[] };
    expect(versions.versions.map((version) => version.id)).not.toContain('v2.14');
    const status = async (method: string, path: string) => (await ask(host, method, path)).status;
    expect(await status('GET', '/v2/cache')).toBe(404);
    expect(await status('PUT', `/v2/cache/${id}`)).toBe(404);
    expect(await status('DELETE', `/v2/cache/${id}`)).toBe(404);
    expect(await status('DELETE', '/v2/cache/11111111-1111-1111-1111-111111111111')).toBe(500);
    expect(await status('GET', '/v2/cached_images')).toBe(404);
  });

  test('the legacy host has only the older paths', async () => {
    const host = cloud.control.host('legacy');
    expect((await ask(host, 'GET', '/v2/cache')).status).toBe(404);
    expect((await ask(host, 'GET', '/v2/cached_images')).status).toBe(200);
  });
});

describe('tokens', () => {
  const status = async (host: HostControl, token: string) => (await ask(host, 'GET', '/v2/cache', token)).status;

  test('expiry applies at once; revocation only if the token is new or was validated long ago', async () => {
    const [seen, fresh] = [cloud.control.host('new'), cloud.control.host('old')];
    const token = cloud.control.adminToken();
    expect(await status(seen, token)).toBe(200);
    cloud.control.revokeTokens();
    expect([await status(seen, token), await status(fresh, token)]).toEqual([200, 401]);
    now += 300_000;
    expect(await status(seen, token)).toBe(401);
    const other = cloud.control.adminToken();
    expect(await status(seen, other)).toBe(200);
    cloud.control.expireTokens();
    expect(await status(seen, other)).toBe(401);
  });

  test('a Keystone that is down makes new tokens invalid and leaves validated ones valid', async () => {
    const host = cloud.control.host('new');
    cloud.control.keystone.setRetryMs(1);
    const [known, unknown] = [cloud.control.adminToken(), cloud.control.adminToken()];
    expect(await status(host, known)).toBe(200);
    await cloud.control.keystone.down();
    expect([await status(host, known), await status(host, unknown)]).toEqual([200, 401]);
    await cloud.control.keystone.up();
    expect(await status(host, unknown)).toBe(200);
  });
});

describe('hosts', () => {
  test('go down and come up at the same address', async () => {
    const host = cloud.control.host('new');
    await host.down();
    await expect(ask(host, 'GET', '/')).rejects.toThrow('ECONNREFUSED');
    await host.up();
    expect((await ask(host, 'GET', '/')).status).toBe(300);
  });

  test('log the requests they receive, without the token', async () => {
    const host = cloud.control.host('new');
    await ask(host, 'DELETE', '/v2/cache?target=queue');
    expect(host.requests.at(-1)).toMatchObject({
      method: 'DELETE',
      path: '/v2/cache?target=queue',
      status: 204,
      bodyBytes: 0,
      headers: { accept: 'application/json', 'x-auth-token': '(hidden)' },
    });
    expect(host.countRequests('DELETE', '/v2/cache')).toBe(1);
  });
});
