import { execFileSync } from 'node:child_process';
import { readdir, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reasonWithoutSshd } from '../ssh/testing/sshd.ts';
import { type SshServices, startSshServices } from './testing/ssh-services.ts';

const limitBytes = 5_000;
const hour = 3_600_000;

/** The sqlite driver of Glance up to 27, the only one that needs just a directory. */
function whyNoGlance(): string | undefined {
  try {
    const said = execFileSync('glance-cache-pruner', ['--version'], { encoding: 'utf8', stdio: 'pipe' });
    return /^2[0-7]\./m.test(said) ? undefined : `glance-cache-pruner is of ${said.trim()}`;
  } catch {
    return 'glance-cache-pruner is not on this machine';
  }
}
const why = reasonWithoutSshd() ?? whyNoGlance();

describe.skipIf(why)(`Glance's own programs over a real sshd${why ? ` (${why})` : ''}`, () => {
  let scene: SshServices;
  let hostId = '';

  beforeAll(async () => {
    const configuration = ['image_cache_driver = sqlite'];
    scene = await startSshServices({ limitBytes, hosts: { 'of-25': '25' }, stated: true, configuration });
    hostId = scene.hostId('of-25');
  });
  afterAll(() => scene?.[Symbol.asyncDispose]());

  /** The same images in the host's list and on the disk, with Glance's own records of them. */
  async function fill(sizes: readonly number[]): Promise<string[]> {
    const { cache, cloud } = scene;
    await scene.emptyDirectory();
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

  const onDisk = async () => (await readdir(scene.cache)).filter((name) => name.length === 36).sort();
  const inList = () =>
    scene.cloud.control
      .host('of-25')
      .state()
      .cached.map(({ imageId }) => imageId)
      .sort();

  it('the pruner leaves exactly the previewed images, the same ones as a deletion', async () => {
    const ids = await fill([2_000, 1_500, 3_000, 1_000]);
    const plan = await scene.plan({ kind: 'prune', hostIds: [hostId] });
    const [target] = plan.targets;
    expect(target).toMatchObject({ method: 'ssh', estimated: false, preview: { held: { images: 4, bytes: 7_500 } } });
    const goes = new Set(target?.preview?.goes.map(({ imageId }) => imageId));
    const { target: outcome } = await scene.run(plan.id);
    expect(outcome).toMatchObject({ state: 'done', actual: target?.expected });
    const stays = ids.filter((id) => !goes.has(id)).sort();
    expect(await onDisk()).toEqual(stays);
    const hostIds = [hostId];
    const byDeletion = await scene.plan({ kind: 'prune', hostIds, method: 'delete' });
    await scene.run(byDeletion.id);
    expect(inList()).toEqual(stays);
  });

  it('the cleaner removes exactly the previewed files', async () => {
    await fill([1_000]);
    const { cache } = scene;
    const old = new Date(Date.now() - 48 * hour);
    for (const name of ['invalid/bad', 'incomplete/stalled', 'incomplete/young']) {
      await writeFile(path.join(cache, name), 'xx');
    }
    await utimes(path.join(cache, 'incomplete/stalled'), old, old);
    const plan = await scene.plan({ kind: 'clean', hostIds: [hostId] });
    expect(plan.targets[0]?.cleans?.files.map(({ name }) => name).sort()).toEqual(['bad', 'stalled']);
    expect((await scene.run(plan.id)).target).toMatchObject({ state: 'done', actual: { images: 2, bytes: 4 } });
    expect(await readdir(path.join(cache, 'invalid'))).toEqual([]);
    expect(await readdir(path.join(cache, 'incomplete'))).toEqual(['young']);
  });
});
