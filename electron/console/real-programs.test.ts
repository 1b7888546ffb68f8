import { execFileSync } from 'node:child_process';
import { mkdir, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DemoCloud, startDemoCloud } from '../demo/cloud.ts';
import { TestSshd, whyNoSshd } from '../remote/testing/sshd.ts';
import { testConsole, until } from './testing/console.ts';

const limitBytes = 5_000;
const hour = 3_600_000;

/** The sqlite driver of Glance up to 27 is the one that needs nothing but a directory. */
function whyNoGlance(): string | undefined {
  try {
    const said = execFileSync('glance-cache-pruner', ['--version'], { encoding: 'utf8', stdio: 'pipe' });
    return /^2[0-7]\./m.test(said) ? undefined : `glance-cache-pruner is of ${said.trim()}`;
  } catch {
    return 'glance-cache-pruner is not on this machine';
  }
}
const why = whyNoSshd() ?? whyNoGlance();

describe.skipIf(why)(`Glance's own programs over a real sshd${why ? ` (${why})` : ''}`, () => {
  let sshd: TestSshd;
  let cloud: DemoCloud;
  let console: Awaited<ReturnType<typeof testConsole>>;
  let cache: string;
  let hostId = '';

  beforeAll(async () => {
    sshd = await TestSshd.start();
    cache = path.join(sshd.directory, 'cache');
    const configuration = path.join(sshd.directory, 'glance-api.conf');
    const options = [
      `image_cache_dir = ${cache}`,
      `image_cache_max_size = ${limitBytes}`,
      'image_cache_driver = sqlite',
    ];
    await writeFile(configuration, `[DEFAULT]\n${options.join('\n')}\n`);
    cloud = await startDemoCloud({
      hosts: [{ name: 'of-25', release: '25', fill: 'small', images: 0, limitBytes }],
      images: 0,
      traffic: false,
    });
    console = await testConsole({ env: sshd.env });
    const { username, password, userDomain, projectName, projectDomain } = cloud.login.admin;
    const login = {
      ...{ kind: 'password' as const, authUrl: cloud.authUrl, username, userDomain, projectName, projectDomain },
    };
    const source = { kind: 'typed' as const, login, connection: {} };
    const { id: cloudId } = await console.client.clouds.add({ name: 'Lab', source, secret: password });
    await console.client.preferences.update({ refreshPaused: true });
    const address = cloud.hosts[0]?.address ?? '';
    const remote = { ...sshd.access(), configFiles: [configuration] };
    const settings = { cloudId, address, name: 'of-25', limitBytes, remote };
    ({ id: hostId } = await console.client.hosts.add(settings));
  });
  afterAll(async () => {
    await console?.[Symbol.asyncDispose]();
    await cloud?.close();
    await sshd?.stop();
  });

  /** The same images in the list of the host, and on the disk with Glance's own records of them. */
  async function fill(sizes: readonly number[]): Promise<string[]> {
    await rm(cache, { recursive: true, force: true });
    for (const name of ['invalid', 'incomplete', 'queue']) await mkdir(path.join(cache, name), { recursive: true });
    const host = cloud.control.host('of-25');
    host.empty();
    const database = new DatabaseSync(path.join(cache, 'cache.db'));
    database.exec(
      `CREATE TABLE cached_images (image_id TEXT PRIMARY KEY, last_accessed REAL DEFAULT 0.0,
         last_modified REAL DEFAULT 0.0, size INTEGER DEFAULT 0, hits INTEGER DEFAULT 0, checksum TEXT NULL)`,
    );
    const insert = database.prepare('INSERT INTO cached_images VALUES (?, ?, ?, ?, 1, NULL)');
    const ids: string[] = [];
    for (const [index, size] of sizes.entries()) {
      const { id } = cloud.control.addImage({ size });
      const lastAccessed = Date.now() - (sizes.length - index) * hour;
      host.cache(id, size, { lastAccessed });
      insert.run(id, lastAccessed / 1_000, lastAccessed / 1_000, size);
      await writeFile(path.join(cache, id), Buffer.alloc(size));
      ids.push(id);
    }
    database.close();
    return ids;
  }

  async function run(planId: string) {
    const stream = await console.client.events({});
    const { id } = await console.client.operations.start({ planId });
    await until(stream, (event) => {
      if (event.type !== 'operation' && event.type !== 'state') return false;
      const operations = event.type === 'state' ? event.operations : [event.operation];
      return operations.some((operation) => operation.id === id && operation.endedAt !== null);
    });
    await stream.return?.();
    return (await console.client.operations.targets({ id })).targets;
  }

  const onDisk = async () => (await readdir(cache)).filter((name) => name.length === 36).sort();
  const inList = () =>
    cloud.control
      .host('of-25')
      .state()
      .cached.map(({ imageId }) => imageId)
      .sort();

  it('the pruner leaves the images that were previewed, the same as deletion leaves', async () => {
    const ids = await fill([2_000, 1_500, 3_000, 1_000]);
    await console.client.hosts.refresh({});
    const plan = await console.client.operations.plan({ kind: 'prune', hostIds: [hostId] });
    const [target] = plan.targets;
    expect(target).toMatchObject({ rung: 'ssh', estimated: false, preview: { held: { images: 4, bytes: 7_500 } } });
    const goes = new Set(target?.preview?.goes.map(({ imageId }) => imageId));
    const [outcome] = await run(plan.id);
    expect(outcome).toMatchObject({ state: 'done', actual: target?.expected });
    const stays = ids.filter((id) => !goes.has(id)).sort();
    expect(await onDisk()).toEqual(stays);
    const hostIds = [hostId];
    const byDeletion = await console.client.operations.plan({ kind: 'prune', hostIds, rung: 'delete' });
    await run(byDeletion.id);
    expect(inList()).toEqual(stays);
  });

  it('the cleaner removes the files that were previewed', async () => {
    await fill([1_000]);
    const old = new Date(Date.now() - 48 * hour);
    for (const name of ['invalid/bad', 'incomplete/stalled', 'incomplete/young']) {
      await writeFile(path.join(cache, name), 'xx');
    }
    await utimes(path.join(cache, 'incomplete/stalled'), old, old);
    const plan = await console.client.operations.plan({ kind: 'clean', hostIds: [hostId] });
    expect(plan.targets[0]?.cleans?.files.map(({ name }) => name).sort()).toEqual(['bad', 'stalled']);
    expect(await run(plan.id)).toMatchObject([{ state: 'done', actual: { images: 2, bytes: 4 } }]);
    expect(await readdir(path.join(cache, 'invalid'))).toEqual([]);
    expect(await readdir(path.join(cache, 'incomplete'))).toEqual(['young']);
  });
});
