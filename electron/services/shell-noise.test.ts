import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RemoteLine } from '../contract/remote.ts';
import { readCacheConfiguration } from '../ssh/cache-configuration.ts';
import { readDisk } from '../ssh/disk-listing.ts';
import { findProgram, runProgram } from '../ssh/glance-programs.ts';
import { readRelease } from '../ssh/glance-release.ts';
import { Ssh } from '../ssh/ssh.ts';
import { reasonWithoutSshd, TestSshd } from '../ssh/testing/sshd.ts';
import { testSshAccess } from './ssh-access.ts';

const why =
  reasonWithoutSshd() ?? (userInfo().shell?.endsWith('/bash') ? undefined : 'the login shell of this user is not bash');

/** Case 17: a login shell that prints on every ssh command, on both outputs; bash reads ~/.bashrc for each. */
const bashrc = `${readFileSync(new URL('testing/cases/17-bashrc', import.meta.url), 'utf8')}
echo "sudo: a password is required" >&2
printf 'no line end'
`;
const id = '11111111-1111-4111-8111-111111111111';

describe.skipIf(why)(`case 17: a login shell that prints${why ? ` (${why})` : ''}`, () => {
  let sshd: TestSshd;
  let ssh: Ssh;
  let configFile: string;
  let cache: string;

  beforeAll(async () => {
    sshd = await TestSshd.start({ bashrc });
    ssh = new Ssh({ env: sshd.env });
    cache = path.join(sshd.directory, 'cache');
    configFile = path.join(sshd.directory, 'glance-api.conf');
    await mkdir(cache);
    await writeFile(path.join(cache, id), '12345');
    await writeFile(configFile, `[DEFAULT]\nimage_cache_dir = ${cache}\n`);
    await sshd.program('glance-cache-pruner', `[ "$1" = --version ] && { echo 25.1.0; exit; }\necho "Pruned 1 and 5."`);
    // become and a prefix may print as well.
    await sshd.program('noisy', 'echo "Last login: today"; echo warning >&2; "$@"; c=$?; echo bye; exit $c');
  });
  afterAll(async () => {
    await ssh.close();
    await sshd.stop();
  });

  it.each([
    ['the login shell', [], []],
    ['become and the prefix too', ['noisy'], ['noisy', 'noisy']],
  ])('ignores what the shell prints around the program’s output: %s', async (_, become, prefix) => {
    const access = sshd.access({ become, prefix, configFiles: [configFile] });
    const plain = await ssh.run(access, {
      program: ['sh', '-c', 'echo out; echo err >&2; exit 7'],
      deadlineMs: 30_000,
    });
    expect(plain).toMatchObject({ exitCode: 7, stderr: expect.stringMatching(/^err\n/) });
    expect(plain.stdout.toString()).toBe('out\n');
    expect(plain.shellNoise).toContain('*** node01: authorised use only ***\nuptime: 12 days\n');

    expect(await readRelease(ssh, access)).toEqual({ major: 25, minor: 1 });
    expect(await readCacheConfiguration(ssh, access)).toMatchObject({
      directory: cache,
      files: [configFile],
      problems: [],
    });
    const { files, hostTime } = await readDisk(ssh, access, cache);
    expect(files.map(({ name }) => name)).toEqual([id]);
    expect(hostTime).toBeGreaterThan(0);

    const lines: RemoteLine[] = [];
    const { report } = await runProgram(ssh, access, {
      program: 'pruner',
      deadlineMs: 30_000,
      onLine: (line) => lines.push(line),
    });
    expect(report.prunedTotal).toEqual({ images: 1, bytes: 5 });
    expect(lines[0]).toEqual({ stream: 'stdout', text: 'Pruned 1 and 5.' });
  });

  it('finds a running program', async () => {
    await sshd.program('glance-cache-cleaner', 'echo $$; sleep 600');
    const cancel = new AbortController();
    const pid = Promise.withResolvers<number>();
    const run = { program: 'cleaner', deadlineMs: 60_000, signal: cancel.signal } as const;
    const running = runProgram(ssh, sshd.access(), { ...run, onLine: ({ text }) => pid.resolve(Number(text)) });
    running.catch(pid.reject);
    const wanted = { program: 'cleaner', configFiles: [] } as const;
    const expected = await pid.promise;
    expect(await findProgram(ssh, sshd.access(), wanted)).toContain(expected);
    cancel.abort();
    await expect(running).rejects.toMatchObject({ failure: { code: 'interrupted' } });
  });

  it('reports in the access test that the shell prints', async () => {
    const { steps, failure } = await testSshAccess(ssh, sshd.access({ configFiles: [configFile] }));
    expect(failure).toBeNull();
    expect(steps[0]).toEqual({
      step: 'reaches',
      outcome: 'warning',
      text: expect.stringContaining('prints text for every command: “*** node01: authorised use only ***”'),
    });
    expect(steps.slice(1).every(({ outcome }) => outcome === 'ok')).toBe(true);
  });
});
