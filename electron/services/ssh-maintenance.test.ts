import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { reasonWithoutSshd } from '../ssh/testing/sshd.ts';
import { type SshServices, startSshServices } from './testing/ssh-services.ts';
import { until } from './testing/test-services.ts';

const why = reasonWithoutSshd();
const limitBytes = 5_000;
const day = 86_400_000;
const version = 'if [ "$1" = --version ]; then echo 25.1.0; exit 0; fi\n';

describe.skipIf(why)(`maintenance over a real sshd${why ? ` (${why})` : ''}`, () => {
  let scene: SshServices;
  let hostId = '';
  let periodicId = '';

  beforeAll(async () => {
    scene = await startSshServices({ limitBytes, hosts: { 'of-25': '25', 'of-23': '23' } });
    hostId = scene.hostId('of-25');
    periodicId = scene.hostId('of-23');
  });
  beforeEach(async () => {
    await scene.sshd.configureClient();
    await scene.sshd.program('glance-cache-pruner', version);
    await scene.emptyDirectory();
    scene.cloud.control.host('of-25').empty();
  });
  afterAll(() => scene?.[Symbol.asyncDispose]());

  /** Images on the disk and in the host's list; the first was accessed longest ago. */
  async function fill(...sizes: number[]): Promise<string[]> {
    const { control } = scene.cloud;
    const now = Date.now();
    const ids: string[] = [];
    for (const [index, size] of sizes.entries()) {
      const { id } = control.addImage({ size });
      ids.push(id);
      control.host('of-25').cache(id, size, { lastAccessed: now - (sizes.length - index) * 3_600_000 });
      await writeFile(path.join(scene.cache, id), Buffer.alloc(size));
    }
    return ids;
  }

  const plan = (kind: 'prune' | 'clean') => scene.plan({ kind, hostIds: [hostId] });

  it('tests an access step by step', async () => {
    const { remote } = scene;
    const verdict = await scene.console.client.remote.test({ remote });
    expect(verdict.steps.map(({ step, outcome }) => [step, outcome])).toEqual([
      ['reaches', 'ok'],
      ['becomes', 'ok'],
      ['programs', 'ok'],
      ['configuration', 'ok'],
      ['directory', 'ok'],
    ]);
    expect(verdict).toMatchObject({
      release: '25.1',
      configuration: { directory: scene.cache, limitBytes },
      failure: null,
    });
    const nobody = await scene.console.client.remote.test({ remote: { ...remote, become: ['false'] } });
    expect(nobody.steps.map(({ outcome }) => outcome)).toEqual(['ok', 'failed', 'skipped', 'skipped', 'skipped']);
  });

  it('prunes by the limit of the configuration, and keeps the program’s output', async () => {
    const [first, second] = await fill(3_000, 3_000, 2_000);
    const said = `echo "DEBUG glance.image_cache [-] Pruning '${first}' to free 3000 bytes" >&2; rm ${scene.cache}/${first}
echo "DEBUG glance.image_cache [-] Pruned 1 and 3000." >&2`;
    await scene.sshd.program('glance-cache-pruner', `${version}${said}`);
    const planned = await plan('prune');
    expect(planned.targets).toMatchObject([
      {
        method: 'ssh',
        estimated: false,
        preview: {
          limitBytes,
          limitFrom: 'configuration',
          goes: [{ imageId: first }],
          left: { images: 2, bytes: 5_000 },
        },
      },
    ]);
    const { id, target } = await scene.run(planned.id);
    expect(target).toMatchObject({ state: 'done', method: 'ssh', actual: { images: 1, bytes: 3_000 } });
    expect(target?.text).not.toContain('The preview expected');
    const { lines, total } = await scene.console.client.operations.output({ id, hostId });
    expect(lines).toHaveLength(2);
    expect(total).toBe(2);
    expect(lines[0]).toMatchObject({ stream: 'stderr', text: expect.stringContaining(first ?? '') });
    expect((await readdir(scene.cache)).includes(second ?? '')).toBe(true);
    expect((await scene.console.client.operations.output({ id, hostId, from: 1 })).lines).toEqual(lines.slice(1));
  });

  it('reports where the program did not follow the plan', async () => {
    await fill(3_000, 3_000);
    await scene.sshd.program('glance-cache-pruner', `${version}echo "Pruned 2 and 6000." >&2`);
    const { target } = await scene.run((await plan('prune')).id);
    expect(target).toMatchObject({ state: 'done', text: expect.stringContaining('The preview expected 1 image') });
  });

  it('cleans exactly the files that it showed', async () => {
    const old = new Date(Date.now() - 3 * day);
    await writeFile(path.join(scene.cache, 'invalid', 'bad'), 'xxxx');
    await writeFile(path.join(scene.cache, 'incomplete', 'young'), 'x');
    await writeFile(path.join(scene.cache, 'incomplete', 'stalled'), 'xx');
    await utimes(path.join(scene.cache, 'incomplete', 'stalled'), old, old);
    await scene.sshd.program('glance-cache-cleaner', `rm ${scene.cache}/invalid/* ${scene.cache}/incomplete/stalled`);
    const planned = await plan('clean');
    expect(planned.targets[0]?.cleans).toMatchObject({ total: 2, bytes: 6, stallSeconds: 86_400 });
    expect(planned.targets[0]?.cleans?.files.map(({ name }) => name).sort()).toEqual(['bad', 'stalled']);
    const { target } = await scene.run(planned.id);
    expect(target).toMatchObject({ state: 'done', method: 'ssh', actual: { images: 2, bytes: 6 } });
    expect((await plan('clean')).targets).toMatchObject([{ verdict: 'alreadyDone' }]);
  });

  it('reads which jobs prune the host without the console, and suggests jobs with the paths of the host', async () => {
    const { client } = scene.console;
    await scene.sshd.program('crontab', "echo '*/30 * * * * glance-cache-pruner'; echo '* * * * * backup'");
    const { jobs } = await client.hostJobs.read({ hostId });
    expect(jobs.filter(({ source }) => source.startsWith('crontab of'))).toMatchObject([
      { program: 'pruner', kind: 'cron', when: '*/30 * * * *', command: 'glance-cache-pruner', active: true },
    ]);
    expect((await client.hostJobs.list({})).hosts).toMatchObject([
      { hostId, readAt: expect.any(Number), failure: null },
      { hostId: periodicId },
    ]);
    const { release, suggestions } = await client.hostJobs.suggest({ hostId });
    expect(release).toBe('25.1');
    const line = suggestions.find(({ program, kind }) => program === 'pruner' && kind === 'cron')?.text;
    expect(line).toMatch(new RegExp(`flock -n ${scene.cache} glance-cache-pruner --config-file \\S+\\n$`));
  });

  it('shows the files on disk, and where they differ from the host’s list', async () => {
    const [known, lost] = await fill(2_000, 1_000);
    await rm(path.join(scene.cache, lost ?? ''));
    const stray = '11111111-2222-4333-8444-555555555555';
    await writeFile(path.join(scene.cache, stray), 'stray');
    await writeFile(path.join(scene.cache, 'invalid', 'bad'), 'xxxx');
    const disk = await scene.console.client.hosts.disk({ id: hostId });
    expect(disk).toMatchObject({
      configuration: { directory: scene.cache, driver: 'sqlite', stallSeconds: 86_400 },
      listing: { directory: scene.cache, freeBytes: expect.any(Number), truncated: false },
      cleanable: [{ state: 'invalid', name: 'bad', sizeBytes: 4 }],
      countedBytes: 2_005,
      difference: { withoutRecord: [{ name: stray, sizeBytes: 5 }], withoutFile: [lost], otherSize: [] },
    });
    expect(disk.listing.files.find(({ name }) => name === known)).toMatchObject({ state: 'cached', sizeBytes: 2_000 });
    await scene.console.client.hosts.update({ id: hostId, remote: null });
    await expect(scene.console.client.hosts.disk({ id: hostId })).rejects.toMatchObject({ code: 'unsupported' });
    const { cloudId, remote } = scene;
    const { destination: _, ...ofHost } = remote;
    await scene.console.client.clouds.update({ id: cloudId, remote: { ...ofHost, user: null } });
    expect((await scene.console.client.hosts.disk({ id: hostId })).countedBytes).toBe(2_005);
    await scene.console.client.hosts.update({ id: hostId, remote });
  });

  it('explains a program that fails', async () => {
    await fill(3_000, 3_000);
    await scene.sshd.program(
      'glance-cache-pruner',
      `${version}echo "PermissionError: [Errno 13] no: '/x'" >&2; exit 1`,
    );
    const { target } = await scene.run((await plan('prune')).id);
    expect(target).toMatchObject({
      state: 'failed',
      failure: { code: 'hostError', remedy: expect.stringContaining('become') },
    });
  });

  it('starts no pruner while one is already running there, such as one of cron', async () => {
    await fill(3_000, 3_000);
    await scene.sshd.program('glance-cache-pruner', `${version}echo "Pruned 1 and 3000." >&2`);
    const { id: planId } = await plan('prune');
    const waiting = path.join(scene.sshd.directory, 'glance-cache-pruner');
    await writeFile(waiting, 'read -r line\n');
    const cron = spawn('sh', [waiting, '--config-file', scene.remote.configFiles[0] ?? ''], {
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    const ended = once(cron, 'exit');
    const { target } = await scene.run(planId);
    expect(target).toMatchObject({ state: 'refused', text: expect.stringContaining(`(process ${cron.pid})`) });
    cron.stdin.end();
    await ended;
    expect((await scene.run((await plan('prune')).id)).target).toMatchObject({ state: 'done' });
  });

  it('ends the program on the host when it is cancelled, and keeps its output', async () => {
    await fill(3_000, 3_000);
    const file = path.join(scene.sshd.directory, 'pid');
    await scene.sshd.program('glance-cache-pruner', `${version}echo $$ > ${file}; echo begun >&2; exec sleep 600`);
    const { id: planId } = await plan('prune');
    const { id } = await scene.console.client.operations.start({ planId });
    await scene.untilSaid(id, hostId);
    const pid = Number(await readFile(file, 'utf8'));
    await scene.console.client.operations.cancel({ id });
    await scene.untilOperation(id, ({ endedAt }) => endedAt !== null);
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    const { targets, operation } = await scene.console.client.operations.targets({ id });
    expect(operation.state).toBe('cancelled');
    expect(targets).toMatchObject([
      {
        state: 'cancelled',
        failure: null,
        text: expect.stringMatching(/was cancelled and was stopped on the host.*Deleted until then: 0 images/),
      },
    ]);
  });

  it('has queued images fetched only by a prefetcher that works', async () => {
    const host = scene.cloud.control.host('of-23');
    const { id: imageId } = scene.cloud.control.addImage({ size: 700 });
    const planOf = (id: string) => scene.plan({ kind: 'prefetch', hostIds: [id], method: 'ssh' });
    expect((await planOf(periodicId)).targets).toMatchObject([
      { verdict: 'alreadyDone', reason: 'Nothing is queued.' },
    ]);
    host.enqueue(imageId);
    scene.cloud.control.host('of-25').enqueue(imageId);
    expect((await planOf(hostId)).targets).toMatchObject([
      { verdict: 'alreadyDone', reason: expect.stringContaining('immediately') },
    ]);
    expect((await planOf(periodicId)).targets).toMatchObject([
      { verdict: 'refused', reason: expect.stringContaining('AssertionError') },
    ]);
    await scene.sshd.program('glance-cache-pruner', version.replace('25.1.0', '22.0.0'));
    const go = path.join(scene.sshd.directory, 'go');
    await scene.sshd.program('glance-cache-prefetcher', `echo begun\nwhile [ ! -e ${go} ]; do sleep 0.1; done`);
    const planned = await planOf(periodicId);
    expect(planned.targets).toMatchObject([{ verdict: 'willDo', method: 'ssh', expected: { images: 1 } }]);
    const { id } = await scene.console.client.operations.start({ planId: planned.id });
    await scene.untilSaid(id, periodicId);
    host.runPeriodicJob();
    await host.fetched();
    // The program prints no progress; the queue shows it.
    await scene.untilOperation(id, ({ progress }) => progress?.bytes === 700);
    expect((await scene.console.client.operations.targets({ id })).targets).toMatchObject([
      { state: 'sent', text: expect.stringContaining('0 images queued') },
    ]);
    await writeFile(go, '');
    await scene.untilOperation(id, ({ endedAt }) => endedAt !== null);
    expect((await scene.console.client.operations.targets({ id })).targets).toMatchObject([
      { state: 'done', actual: { images: 1, bytes: 700 }, text: expect.stringContaining('0 images are still queued') },
    ]);
  });

  it('asks about a new host key on the page, and continues after the answer', async () => {
    await scene.console.restart({ env: scene.sshd.env });
    await scene.sshd.configureClient({ knownKey: null });
    const refused = plan('prune');
    const answer = async (text: string | null) => {
      const stream = await scene.console.client.events({});
      const event = await until(
        stream,
        (one) => (one.type === 'state' || one.type === 'questions') && one.questions.length > 0,
      );
      await stream.return?.();
      const question = event.type === 'state' || event.type === 'questions' ? event.questions[0] : undefined;
      expect(question).toMatchObject({ kind: 'hostKey', text: expect.stringContaining('fingerprint') });
      await scene.console.client.remote.answer({ id: question?.id ?? '', answer: text });
      await expect(scene.console.client.remote.answer({ id: question?.id ?? '', answer: text })).rejects.toMatchObject({
        code: 'notFound',
      });
    };
    await answer(null);
    expect((await refused).targets).toMatchObject([
      { verdict: 'refused', reason: expect.stringContaining('host key is unknown') },
    ]);
    await fill(3_000, 3_000);
    const accepted = plan('prune');
    await answer('yes');
    expect((await accepted).targets).toMatchObject([{ verdict: 'willDo', method: 'ssh' }]);
  });
});
