import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ScheduleRun } from '../../electron/contract/schedules.ts';
import { scheduleDraft } from '../../electron/contract/schedules.ts';
import { testServices } from '../../electron/services/testing/test-services.ts';
import { RealServers } from '../real/real-cloud.ts';
import type { RealHost } from '../real/servers/description.ts';

/**
 * A schedule that prunes real hosts every minute while downloads keep filling their caches: Glance 33 by its own API,
 * Glance 25.1 by its pruner over a real sshd, and by deletion. A prune by deletion removes only what was planned, so it
 * prunes to half of the limit, which leaves space for images downloaded during the run. `SCHEDULE_CYCLES` is the number
 * of runs, 2 by default.
 */
const servers = await RealServers.connect();
const cycles = Number(process.env['SCHEDULE_CYCLES'] ?? 2);
const period = 60_000;
/** The size of each image as a share of the limit. */
const share = 0.4;
const imagesPerHost = 6;

const [overSsh, byDeletion] = servers.cachingHosts('bookworm');
const [native] = servers.cachingHosts('sid');
const methods = [
  ...(native ? [{ host: native, method: 'native' }] : []),
  ...(overSsh && servers.description.ssh ? [{ host: overSsh, method: 'ssh' }] : []),
  ...(byDeletion ? [{ host: byDeletion, method: 'delete' }] : []),
];
const skipped = servers.description.skipped.map(({ what, why }) => ` (${what}: ${why})`).join('');

/** Downloads through a host until it is stopped, and measures for how long its cache is over its limit. */
class FilledHost {
  readonly host: RealHost;
  readonly #imageIds: string[] = [];
  readonly #stopping = new AbortController();
  #overSince: number | undefined;
  #filling: Promise<unknown> | undefined;
  /** The longest time over the limit in milliseconds. */
  longestOver = 0;
  timesOver = 0;
  downloads = 0;

  constructor(host: RealHost) {
    this.host = host;
  }

  async prepare(): Promise<void> {
    await servers.clear(this.host);
    const bytes = Math.round(share * this.host.limitBytes);
    for (let count = 1; count <= imagesPerHost; count += 1) {
      this.#imageIds.push(await servers.uploadImage(this.host, `scheduled-${count}`, bytes, { visibility: 'public' }));
    }
  }

  begin(): void {
    this.#filling = Promise.all([this.#fill(), this.#watch()]);
  }

  async end(): Promise<void> {
    this.#stopping.abort();
    await this.#filling;
    await servers.clear(this.host);
    for (const imageId of this.#imageIds) await servers.deleteImage(this.host, imageId);
  }

  async #fill(): Promise<void> {
    for (let next = 0; !this.#stopping.signal.aborted; next += 1) {
      await servers.send('GET', this.host, `/v2/images/${this.#imageIds[next % imagesPerHost]}/file`, {
        headers: { Accept: 'application/octet-stream' },
      });
      this.downloads += 1;
      await delay(10_000, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
    }
  }

  async #watch(): Promise<void> {
    let before = new Map<string, { hits: number; last_modified: number }>();
    while (!this.#stopping.signal.aborted) {
      const { cached_images: cached } = await servers.cacheList(this.host);
      const now = Date.now();
      const total = cached.reduce((sum, { size }) => sum + size, 0);
      // Between two looks a prune may bring the cache within its limit and a download over it again: then copies are gone,
      // and those that stayed are within the limit. An image that was fetched again is another copy.
      const stayed = cached.filter(({ image_id: id, hits, last_modified: modified }) => {
        const old = before.get(id);
        return old !== undefined && hits >= old.hits && (hits > 0 || modified === old.last_modified);
      });
      const wasWithin =
        stayed.length < before.size && stayed.reduce((sum, { size }) => sum + size, 0) <= this.host.limitBytes;
      if (wasWithin) this.#overSince = undefined;
      if (total <= this.host.limitBytes) this.#overSince = undefined;
      else {
        if (this.#overSince === undefined) this.timesOver += 1;
        this.#overSince ??= now;
        this.longestOver = Math.max(this.longestOver, now - this.#overSince);
      }
      before = new Map(cached.map((image) => [image.image_id, image]));
      await delay(500, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
    }
  }
}

describe.runIf(methods.length > 0)(`a schedule over real hosts${skipped}`, () => {
  const filled = methods.map(({ host }) => new FilledHost(host));
  let console: Awaited<ReturnType<typeof testServices>>;

  beforeAll(async () => {
    for (const one of filled) await one.prepare();
    const { PATH = '' } = process.env;
    const path = servers.description.ssh?.path.good;
    console = await testServices({ env: { NO_PROXY: '*', PATH: path ? `${path}:${PATH}` : PATH } });
  }, 120_000);

  afterAll(async () => {
    for (const one of filled) await one.end();
    await console[Symbol.asyncDispose]();
  }, 120_000);

  test(
    `prunes caches that downloads keep filling, ${cycles} times, and none is over its limit for longer than a period`,
    async () => {
      const { client } = console;
      const clouds = new Map<string, string>();
      for (const { host, method } of methods) {
        const cloudId = clouds.get(host.region) ?? (await addCloud(console, host.region));
        clouds.set(host.region, cloudId);
        const { address, name, limitBytes } = host;
        const remote = method === 'ssh' ? servers.remoteOf(host) : null;
        const label = method === 'delete' ? 'by deletion' : 'by the host';
        await client.hosts.add({ cloudId, address, name, limitBytes, remote, labels: [label] });
      }
      await client.hosts.refresh({});
      const draftOf = (label: string, toPercent?: number) =>
        scheduleDraft.parse({
          name: `Every minute ${label}`,
          action: { kind: 'prune', toPercent },
          targets: { hosts: { kind: 'labels', labels: [label] } },
          trigger: { kind: 'every', minutes: 1 },
          limits: { images: null, percent: null },
        });
      for (const one of filled) one.begin();
      const drafts = [draftOf('by the host'), draftOf('by deletion', 50)];
      const saved = await Promise.all(drafts.map((draft) => client.schedules.save({ draft })));
      const runs = (await Promise.all(saved.map(({ id }) => untilRuns(console, id, cycles)))).flat();
      for (const run of runs) expect(run, run.text).toMatchObject({ skippedHosts: [], failedHosts: [], dueRuns: 1 });
      const pruned = runs.filter(({ deleted }) => deleted.images > 0);
      expect(pruned.length).toBeGreaterThanOrEqual(2 * (cycles - 1));
      const hosts = new Map((await console.state()).hosts.map((host) => [host.id, host.name]));
      for (const run of pruned) {
        const { operation, targets } = await client.operations.targets({ id: run.operationId ?? '' });
        expect(operation.schedule).toEqual({ id: run.scheduleId, name: run.scheduleName });
        for (const target of targets) {
          const wanted = methods.find(({ host }) => host.name === hosts.get(target.hostId))?.method;
          expect(target.method).toBe(wanted);
        }
      }
      // From a due run to the next, plus the time that the run takes on a busy machine.
      const longestRun = Math.max(...runs.map(({ dueAt, endedAt }) => (endedAt ?? dueAt) - dueAt));
      for (const { host, longestOver, timesOver, downloads } of filled) {
        const report = { host: host.name, release: host.release, longestOver, timesOver, downloads, longestRun };
        process.stdout.write(`${JSON.stringify({ ...report, runs: runs.length })}\n`);
      }
      for (const { host, longestOver, timesOver } of filled) {
        expect(timesOver, host.name).toBeGreaterThan(0);
        expect(longestOver, host.name).toBeLessThanOrEqual(period + longestRun);
      }
    },
    (cycles + 3) * period,
  );
});

type Console = Awaited<ReturnType<typeof testServices>>;

async function addCloud({ client }: Console, regionName: string): Promise<string> {
  const { authUrl, admin } = servers.description;
  const { username, password, project: projectName } = admin;
  const domains = { userDomain: 'Default', projectDomain: 'Default' };
  const { id } = await client.clouds.add({
    name: regionName,
    source: {
      kind: 'typed',
      login: { kind: 'password', authUrl, username, projectName, ...domains },
      connection: { interface: 'public', verify: true, regionName },
    },
    secret: password,
  });
  return id;
}

/** Waits until this many runs of a schedule have ended, and returns them, oldest first. */
async function untilRuns({ client }: Console, scheduleId: string, count: number): Promise<ScheduleRun[]> {
  for await (const event of await client.events({})) {
    if (event.type !== 'schedules') continue;
    const { runs } = await client.schedules.runs({ scheduleId, limit: 500 });
    const ended = runs.filter(({ endedAt }) => endedAt !== null);
    if (ended.length >= count) return ended.toReversed();
  }
  throw new Error('The stream ended');
}
