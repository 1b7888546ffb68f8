import { mkdir, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ConsoleEvent } from '../contract/events.ts';
import type { Operation } from '../contract/operations.ts';
import type { RemoteAccess } from '../contract/remote.ts';
import { type DemoCloud, startDemoCloud } from '../demo/cloud.ts';
import { TestSshd, whyNoSshd } from '../remote/testing/sshd.ts';
import { testConsole, until } from './testing/console.ts';

const why = whyNoSshd();
const limitBytes = 5_000;
const day = 86_400_000;
const version = 'if [ "$1" = --version ]; then echo 25.1.0; exit 0; fi\n';

describe.skipIf(why)(`maintenance over a real sshd${why ? ` (${why})` : ''}`, () => {
  let sshd: TestSshd;
  let cloud: DemoCloud;
  let console: Awaited<ReturnType<typeof testConsole>>;
  let cache: string;
  let hostId = '';
  let periodicId = '';
  let remote: RemoteAccess;

  beforeAll(async () => {
    sshd = await TestSshd.start();
    cache = path.join(sshd.directory, 'cache');
    const configuration = path.join(sshd.directory, 'glance-api.conf');
    await writeFile(configuration, `[DEFAULT]\nimage_cache_dir = ${cache}\nimage_cache_max_size = ${limitBytes}\n`);
    cloud = await startDemoCloud({
      hosts: [
        { name: 'of-25', release: '25', fill: 'small', images: 0, limitBytes },
        { name: 'of-23', release: '23', fill: 'small', images: 0, limitBytes },
      ],
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
    remote = { ...sshd.access(), configFiles: [configuration] };
    ({ id: hostId } = await console.client.hosts.add({ cloudId, address, name: 'of-25', remote }));
    const other = cloud.hosts[1]?.address ?? '';
    ({ id: periodicId } = await console.client.hosts.add({ cloudId, address: other, name: 'of-23', remote }));
  });
  beforeEach(async () => {
    await sshd.configureClient();
    cloud.control.host('of-25').empty();
    await mkdir(path.join(cache, 'invalid'), { recursive: true });
    await mkdir(path.join(cache, 'incomplete'), { recursive: true });
    for (const file of await readdir(cache)) if (file.length === 36) await rm(path.join(cache, file));
    await sshd.program('glance-cache-pruner', version);
  });
  afterAll(async () => {
    await console?.[Symbol.asyncDispose]();
    await cloud?.close();
    await sshd?.stop();
  });

  /** Images on the disk and in the list of the host, the first accessed longest ago. */
  async function fill(...sizes: number[]): Promise<string[]> {
    const now = Date.now();
    const ids: string[] = [];
    for (const [index, size] of sizes.entries()) {
      const { id } = cloud.control.addImage({ size });
      ids.push(id);
      cloud.control.host('of-25').cache(id, size, { lastAccessed: now - (sizes.length - index) * 3_600_000 });
      await writeFile(path.join(cache, id), Buffer.alloc(size));
    }
    return ids;
  }

  async function plan(kind: 'prune' | 'clean') {
    await console.client.hosts.refresh({});
    return console.client.operations.plan({ kind, hostIds: [hostId] });
  }

  function operationOf(event: ConsoleEvent, id: string): Operation | undefined {
    if (event.type === 'operation') return event.operation.id === id ? event.operation : undefined;
    return event.type === 'state' ? event.operations.find((one) => one.id === id) : undefined;
  }

  async function watch(id: string, is: (operation: Operation) => boolean): Promise<void> {
    const stream = await console.client.events({});
    await until(stream, (event) => {
      const operation = operationOf(event, id);
      return operation !== undefined && is(operation);
    });
    await stream.return?.();
  }

  async function run(planId: string) {
    const { id } = await console.client.operations.start({ planId });
    await watch(id, ({ endedAt }) => endedAt !== null);
    const { targets } = await console.client.operations.targets({ id });
    return { id, target: targets[0] };
  }

  it('tries an access step by step', async () => {
    const verdict = await console.client.remote.test({ remote });
    expect(verdict.steps.map(({ step, outcome }) => [step, outcome])).toEqual([
      ['reaches', 'ok'],
      ['becomes', 'ok'],
      ['programs', 'ok'],
      ['configuration', 'ok'],
      ['directory', 'ok'],
    ]);
    expect(verdict).toMatchObject({ release: '25.1', configuration: { directory: cache, limitBytes }, failure: null });
    const nobody = await console.client.remote.test({ remote: { ...remote, become: ['false'] } });
    expect(nobody.steps.map(({ outcome }) => outcome)).toEqual(['ok', 'failed', 'skipped', 'skipped', 'skipped']);
  });

  it('prunes by the limit of the configuration, and keeps what the program said', async () => {
    const [first, second] = await fill(3_000, 3_000, 2_000);
    const said = `echo "DEBUG glance.image_cache [-] Pruning '${first}' to free 3000 bytes" >&2; rm ${cache}/${first}
echo "DEBUG glance.image_cache [-] Pruned 1 and 3000." >&2`;
    await sshd.program('glance-cache-pruner', `${version}${said}`);
    const planned = await plan('prune');
    expect(planned.targets).toMatchObject([
      {
        rung: 'ssh',
        estimated: false,
        preview: {
          limitBytes,
          limitFrom: 'configuration',
          goes: [{ imageId: first }],
          left: { images: 2, bytes: 5_000 },
        },
      },
    ]);
    const { id, target } = await run(planned.id);
    expect(target).toMatchObject({ state: 'done', rung: 'ssh', actual: { images: 1, bytes: 3_000 } });
    expect(target?.text).not.toContain('The plan expected');
    const { lines, total } = await console.client.operations.output({ id, hostId });
    expect(lines).toHaveLength(2);
    expect(total).toBe(2);
    expect(lines[0]).toMatchObject({ stream: 'stderr', text: expect.stringContaining(first ?? '') });
    expect((await readdir(cache)).includes(second ?? '')).toBe(true);
    expect((await console.client.operations.output({ id, hostId, from: 1 })).lines).toEqual(lines.slice(1));
  });

  it('says where the program did other than the plan', async () => {
    await fill(3_000, 3_000);
    await sshd.program('glance-cache-pruner', `${version}echo "Pruned 2 and 6000." >&2`);
    const { target } = await run((await plan('prune')).id);
    expect(target).toMatchObject({ state: 'done', text: expect.stringContaining('The plan expected 1 image') });
  });

  it('cleans just the files that it showed', async () => {
    const old = new Date(Date.now() - 3 * day);
    await writeFile(path.join(cache, 'invalid', 'bad'), 'xxxx');
    await writeFile(path.join(cache, 'incomplete', 'young'), 'x');
    await writeFile(path.join(cache, 'incomplete', 'stalled'), 'xx');
    await utimes(path.join(cache, 'incomplete', 'stalled'), old, old);
    await sshd.program('glance-cache-cleaner', `rm ${cache}/invalid/* ${cache}/incomplete/stalled`);
    const planned = await plan('clean');
    expect(planned.targets[0]?.cleans).toMatchObject({ total: 2, bytes: 6, stallSeconds: 86_400 });
    expect(planned.targets[0]?.cleans?.files.map(({ name }) => name).sort()).toEqual(['bad', 'stalled']);
    const { target } = await run(planned.id);
    expect(target).toMatchObject({ state: 'done', rung: 'ssh', actual: { images: 2, bytes: 6 } });
    expect((await plan('clean')).targets).toMatchObject([{ verdict: 'alreadyDone' }]);
  });

  it('shows what is on disk, and where that and the list of the host disagree', async () => {
    const [known, lost] = await fill(2_000, 1_000);
    await rm(path.join(cache, lost ?? ''));
    const stray = '11111111-2222-4333-8444-555555555555';
    await writeFile(path.join(cache, stray), 'stray');
    await writeFile(path.join(cache, 'invalid', 'bad'), 'xxxx');
    const disk = await console.client.hosts.disk({ id: hostId });
    expect(disk).toMatchObject({
      configuration: { directory: cache, driver: 'sqlite', stallSeconds: 86_400 },
      listing: { directory: cache, freeBytes: expect.any(Number), truncated: false },
      cleanable: [{ state: 'invalid', name: 'bad', sizeBytes: 4 }],
      countedBytes: 2_005,
      difference: { withoutRecord: [{ name: stray, sizeBytes: 5 }], withoutFile: [lost], otherSize: [] },
    });
    expect(disk.listing.files.find(({ name }) => name === known)).toMatchObject({ state: 'cached', sizeBytes: 2_000 });
    await console.client.hosts.update({ id: hostId, remote: null });
    await expect(console.client.hosts.disk({ id: hostId })).rejects.toMatchObject({ code: 'unsupported' });
    const { id: cloudId } = (await console.state()).clouds[0] ?? { id: '' };
    const { destination: _, ...ofHost } = remote;
    await console.client.clouds.update({ id: cloudId, remote: { ...ofHost, user: null } });
    expect((await console.client.hosts.disk({ id: hostId })).countedBytes).toBe(2_005);
    await console.client.hosts.update({ id: hostId, remote });
    await rm(path.join(cache, 'invalid', 'bad'));
  });

  it('explains a program that fails', async () => {
    await fill(3_000, 3_000);
    await sshd.program('glance-cache-pruner', `${version}echo "PermissionError: [Errno 13] no: '/x'" >&2; exit 1`);
    const { target } = await run((await plan('prune')).id);
    expect(target).toMatchObject({
      state: 'failed',
      failure: { code: 'hostError', remedy: expect.stringContaining('become') },
    });
  });

  it('ends the program on the host when it is cancelled, having shown what it said', async () => {
    await fill(3_000, 3_000);
    const file = path.join(sshd.directory, 'pid');
    await sshd.program('glance-cache-pruner', `${version}echo $$ > ${file}; echo begun >&2; exec sleep 600`);
    const { id: planId } = await plan('prune');
    const { id } = await console.client.operations.start({ planId });
    const stream = await console.client.events({});
    for (let total = 0; total === 0; ) {
      await stream.next();
      ({ total } = await console.client.operations.output({ id, hostId }));
    }
    await stream.return?.();
    const pid = Number(await readFile(file, 'utf8'));
    await console.client.operations.cancel({ id });
    await watch(id, ({ endedAt }) => endedAt !== null);
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    const { targets, operation } = await console.client.operations.targets({ id });
    expect(operation.state).toBe('cancelled');
    expect(targets).toMatchObject([{ state: 'failed', failure: { code: 'interrupted' } }]);
  });

  it('has what is queued fetched by a prefetcher that works, and by no other', async () => {
    const host = cloud.control.host('of-23');
    const { id: imageId } = cloud.control.addImage({ size: 700 });
    const planOf = async (id: string) => {
      await console.client.hosts.refresh({});
      return console.client.operations.plan({ kind: 'prefetch', hostIds: [id] });
    };
    expect((await planOf(periodicId)).targets).toMatchObject([
      { verdict: 'alreadyDone', reason: 'Nothing is queued.' },
    ]);
    host.enqueue(imageId);
    cloud.control.host('of-25').enqueue(imageId);
    expect((await planOf(hostId)).targets).toMatchObject([
      { verdict: 'alreadyDone', reason: expect.stringContaining('at once by itself') },
    ]);
    expect((await planOf(periodicId)).targets).toMatchObject([
      { verdict: 'refused', reason: expect.stringContaining('AssertionError') },
    ]);
    await sshd.program('glance-cache-pruner', version.replace('25.1.0', '22.0.0'));
    const go = path.join(sshd.directory, 'go');
    await sshd.program('glance-cache-prefetcher', `echo begun\nwhile [ ! -e ${go} ]; do sleep 0.1; done`);
    const planned = await planOf(periodicId);
    expect(planned.targets).toMatchObject([{ verdict: 'willDo', rung: 'ssh', expected: { images: 1 } }]);
    const { id } = await console.client.operations.start({ planId: planned.id });
    const stream = await console.client.events({});
    for (let total = 0; total === 0; ) {
      await stream.next();
      ({ total } = await console.client.operations.output({ id, hostId: periodicId }));
    }
    await stream.return?.();
    host.runPeriodicJob();
    await host.fetched();
    await writeFile(go, '');
    await watch(id, ({ endedAt }) => endedAt !== null);
    expect((await console.client.operations.targets({ id })).targets).toMatchObject([
      { state: 'done', actual: { images: 1, bytes: 700 }, text: expect.stringContaining('0 images are queued still') },
    ]);
  });

  it('asks about a new host key on the page, and goes on with the answer', async () => {
    await console.restart({ env: sshd.env });
    await sshd.configureClient({ knownKey: null });
    const refused = plan('prune');
    const answer = async (text: string | null) => {
      const stream = await console.client.events({});
      const event = await until(
        stream,
        (one) => (one.type === 'state' || one.type === 'questions') && one.questions.length > 0,
      );
      await stream.return?.();
      const question = event.type === 'state' || event.type === 'questions' ? event.questions[0] : undefined;
      expect(question).toMatchObject({ kind: 'hostKey', text: expect.stringContaining('fingerprint') });
      await console.client.remote.answer({ id: question?.id ?? '', answer: text });
      await expect(console.client.remote.answer({ id: question?.id ?? '', answer: text })).rejects.toMatchObject({
        code: 'notFound',
      });
    };
    await answer(null);
    expect((await refused).targets).toMatchObject([
      { verdict: 'refused', reason: expect.stringContaining('host key is not known') },
    ]);
    await fill(3_000, 3_000);
    const accepted = plan('prune');
    await answer('yes');
    expect((await accepted).targets).toMatchObject([{ verdict: 'willDo', rung: 'ssh' }]);
  });
});
