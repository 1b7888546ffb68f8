import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RemoteLine } from '../contract/remote.ts';
import { readCacheConfiguration } from './cache-configuration.ts';
import { readDisk } from './disk-listing.ts';
import { findProgram, runProgram } from './glance-programs.ts';
import { readRelease } from './glance-release.ts';
import { Ssh } from './ssh.ts';
import { failureOf } from './testing/failing.ts';
import { reasonWithoutSshd, TestSshd } from './testing/sshd.ts';

const why = reasonWithoutSshd();
const id = '11111111-1111-4111-8111-111111111111';

/** The programs are scripts that print what those of Glance 25.1 print. */
describe.skipIf(why)(`a host over a real sshd${why ? ` (${why})` : ''}`, () => {
  let sshd: TestSshd;
  let ssh: Ssh;
  let configFile: string;
  let cache: string;

  beforeAll(async () => {
    sshd = await TestSshd.start();
    ssh = new Ssh({ env: sshd.env });
    cache = path.join(sshd.directory, "the cache $(id) 'x'");
    configFile = path.join(sshd.directory, "glance 'api'.conf");
    await mkdir(path.join(cache, 'invalid'), { recursive: true });
    await writeFile(path.join(cache, id), '12345');
    await writeFile(path.join(cache, 'invalid', 'broken'), '1');
    await writeFile(
      configFile,
      `[DEFAULT]\nimage_cache_dir = ${cache.replaceAll('$', '$$$$')}\nimage_cache_max_size = 7\n`,
    );
  });
  afterAll(async () => {
    await ssh.close();
    await sshd.stop();
  });

  it('reads the cache options from its configuration', async () => {
    const access = sshd.access({ configFiles: [configFile, '/no/such.conf'] });
    expect(await readCacheConfiguration(ssh, access, { major: 25 })).toMatchObject({
      directory: cache,
      limitBytes: 7,
      driver: 'sqlite',
      problems: ['/no/such.conf: not found.'],
    });
  });

  it('without a configuration, reports which files were looked for', async () => {
    const failure = await failureOf(readCacheConfiguration(ssh, sshd.access({ configFiles: ['/no/such.conf'] })));
    expect(failure).toMatchObject({ problem: 'fileProblem', code: 'notFound' });
    expect(failure.message).toContain('/no/such.conf');
  });

  it('lists its cache directory, whatever its name', async () => {
    const { files, freeBytes } = await readDisk(ssh, sshd.access(), cache);
    expect(files.map(({ state, name }) => `${state} ${name}`).sort()).toEqual([`cached ${id}`, 'invalid broken']);
    expect(freeBytes).toBeGreaterThan(0);
  });

  it('reports a missing directory', async () => {
    expect(await failureOf(readDisk(ssh, sshd.access(), '/no/such'))).toMatchObject({ code: 'forbidden' });
    expect(await failureOf(readDisk(ssh, sshd.access(), '-x'))).toMatchObject({ code: 'invalidInput' });
  });

  it('runs the pruner with its configuration, and reports what was removed', async () => {
    await sshd.program(
      'glance-cache-pruner',
      `[ "$1" = --version ] && { echo 25.1.0; exit; }
[ "$*" = "--config-file ${configFile} --debug" ] || exit 2
echo "DEBUG glance.image_cache [-] Pruning '${id}' to free 5 bytes prune x.py:1" >&2
echo "DEBUG glance.image_cache [-] Pruning finished pruning. Pruned 1 and 5. prune x.py:2" >&2`,
    );
    expect(await readRelease(ssh, sshd.access())).toEqual({ major: 25, minor: 1 });
    const lines: RemoteLine[] = [];
    const access = sshd.access({ configFiles: [configFile] });
    const run = { program: 'pruner', deadlineMs: 15_000, onLine: (line: RemoteLine) => lines.push(line) } as const;
    const { ending, report } = await runProgram(ssh, access, run);
    expect(ending).toMatchObject({ exitCode: 0, text: 'Done.' });
    expect(report).toMatchObject({ pruned: [{ imageId: id, bytes: 5 }], prunedTotal: { images: 1, bytes: 5 } });
    expect(lines).toHaveLength(2);
  });

  it('explains a program that fails', async () => {
    await sshd.program(
      'glance-cache-cleaner',
      'echo "The Glance cache cleaner has been deprecated" >&2; echo "PermissionError: [Errno 13] Permission denied: \'/c/lock\'" >&2; exit 1',
    );
    const failure = await failureOf(runProgram(ssh, sshd.access(), { program: 'cleaner', deadlineMs: 15_000 }));
    expect(failure).toMatchObject({ problem: 'programFailed', code: 'hostError' });
    expect(failure.message).toContain("has no permission for '/c/lock'");
  });

  it('finds a running program by its name alone', async () => {
    await sshd.program('glance-cache-cleaner', 'echo $$; sleep 600');
    const cancel = new AbortController();
    const said = Promise.withResolvers<string>();
    const run = { program: 'cleaner', deadlineMs: 60_000, signal: cancel.signal } as const;
    const running = failureOf(runProgram(ssh, sshd.access(), { ...run, onLine: ({ text }) => said.resolve(text) }));
    const pid = Number(await said.promise);
    expect(await findProgram(ssh, sshd.access(), { program: 'cleaner', configFiles: [] })).toContain(pid);
    expect(await findProgram(ssh, sshd.access(), { program: 'pruner', configFiles: [] })).not.toContain(pid);
    cancel.abort();
    expect(await running).toMatchObject({ problem: 'interrupted' });
    expect(await findProgram(ssh, sshd.access(), { program: 'cleaner', configFiles: [] })).not.toContain(pid);
  });

  it('ends a pruner that hangs, and names the known cause', async () => {
    await sshd.program('glance-cache-pruner', 'exec sleep 600');
    const failure = await failureOf(runProgram(ssh, sshd.access(), { program: 'pruner', deadlineMs: 1_500 }));
    expect(failure).toMatchObject({ problem: 'timeout', message: expect.stringContaining('was stopped on the host') });
    expect(failure.remedy).toContain('centralized_db');
  });
});
