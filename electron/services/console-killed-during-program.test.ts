import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { TargetOutcome } from '../contract/operations.ts';
import { reasonWithoutSshd } from '../ssh/testing/sshd.ts';
import { KillableServices } from './testing/killable-services.ts';
import { type SshServices, startSshServices } from './testing/ssh-services.ts';

const why = reasonWithoutSshd();
const version = 'if [ "$1" = --version ]; then echo 25.1.0; exit 0; fi\n';
const patience = { timeout: 15_000, interval: 50 };

describe.skipIf(why)(`a console killed while a host's program runs over ssh${why ? ` (${why})` : ''}`, () => {
  let scene: SshServices;
  let directory: string;
  let pidFile: string;
  let console: KillableServices;
  let hostId = '';

  beforeAll(async () => {
    scene = await startSshServices({ limitBytes: 5_000, hosts: { 'of-25': '25' } });
    hostId = scene.hostId('of-25');
    pidFile = join(scene.sshd.directory, 'pid');
    // As `docker exec` without `-i`: the program in the container does not notice that the connection is gone.
    await scene.sshd.program('into-container', 'exec "$@" </dev/null');
  });
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'killed-program-'));
    await scene.emptyDirectory();
    const host = scene.cloud.control.host('of-25');
    host.empty();
    for (const size of [3_000, 3_000]) {
      const { id } = scene.cloud.control.addImage({ size });
      host.cache(id, size);
      await writeFile(join(scene.cache, id), Buffer.alloc(size));
    }
    await scene.sshd.program('glance-cache-pruner', `${version}echo $$ > ${pidFile}; echo begun; sleep 600`);
    return async () => {
      await console.kill();
      await rm(directory, { recursive: true, force: true });
    };
  });
  afterAll(() => scene?.[Symbol.asyncDispose]());

  /** A console on the same data, in its own process. */
  function open(): void {
    const { cloud, cloudId, sshd } = scene;
    console = new KillableServices(directory, { [cloudId]: cloud.login.admin.password }, sshd.env);
  }

  /** Kills a console whose pruner has started; returns the operation and the pruner's process on the host. */
  async function killInTheMiddle(prefix: string[]): Promise<{ id: string; pid: number }> {
    await scene.console.client.hosts.update({ id: hostId, remote: { ...scene.remote, prefix } });
    await writeFile(join(directory, 'settings.json'), await scene.console.settingsText());
    await rm(pidFile, { force: true });
    open();
    await console.hosts.refresh({});
    const plan = await console.operations.plan({ kind: 'prune', hostIds: [hostId] });
    expect(plan.targets).toMatchObject([{ verdict: 'willDo', method: 'ssh' }]);
    const { id } = await console.operations.start({ planId: plan.id });
    await vi.waitFor(async () => expect((await console.operations.output({ id, hostId })).total).toBe(1), patience);
    await console.kill();
    return { id, pid: Number(await readFile(pidFile, 'utf8')) };
  }

  async function targetOf(id: string) {
    const { targets, operation } = await console.operations.targets({ id });
    return { operation, target: targets[0] };
  }

  /** Continues the operation, until its target matches. */
  async function continueUntil(id: string, expected: Partial<TargetOutcome>): Promise<void> {
    await console.operations.continue({ id });
    await vi.waitFor(async () => expect((await targetOf(id)).target).toMatchObject(expected), patience);
  }

  /** From now on the pruner really prunes. */
  async function pruneForReal(): Promise<void> {
    const [first] = scene.cloud.control.host('of-25').state().cached;
    const text = `rm -f ${join(scene.cache, first?.imageId ?? '')}; echo "Pruned 1 and 3000." >&2`;
    await scene.sshd.program('glance-cache-pruner', `${version}${text}`);
  }

  it('ends the program on the host; the next console reports it as unknown, asks the host, and does the rest', async () => {
    const { id, pid } = await killInTheMiddle([]);
    open();
    expect(await targetOf(id)).toMatchObject({
      operation: { state: 'interrupted' },
      target: { state: 'unknown', text: expect.stringContaining('It ran over SSH when the console ended') },
    });
    expect((await console.operations.output({ id, hostId })).lines).toMatchObject([{ text: 'begun' }]);
    await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow('ESRCH'), patience);
    await pruneForReal();
    await continueUntil(id, { state: 'done', actual: { images: 1, bytes: 3_000 } });
    await vi.waitFor(async () => expect((await targetOf(id)).operation.state).toBe('finished'), patience);
  });

  it('if the program continues, no second one is started: it is named, and Continue works once it has ended', async () => {
    const { id, pid } = await killInTheMiddle(['into-container']);
    open();
    expect((await targetOf(id)).target?.text).toContain('in a container without forwarded standard input it continues');
    await pruneForReal();
    await continueUntil(id, {
      state: 'unknown',
      text: expect.stringContaining(`is still running on the host (process ${pid})`),
    });
    process.kill(-pid, 'SIGKILL');
    await vi.waitFor(() => expect(() => process.kill(-pid, 0)).toThrow('ESRCH'), patience);
    await vi.waitFor(async () => expect((await targetOf(id)).operation.endedAt).not.toBeNull(), patience);
    await continueUntil(id, { state: 'done', actual: { images: 1, bytes: 3_000 } });
  });
});
