import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { userInfo } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RemoteLine, SshQuestion } from '../contract/remote.ts';
import type { Ask } from './askpass.ts';
import type { RemoteRun } from './remote-process.ts';
import { Ssh } from './ssh.ts';
import { failureOf } from './testing/failing.ts';
import { makeKey, reasonWithoutSshd, TestSshd } from './testing/sshd.ts';

const why = reasonWithoutSshd();

/** Whether a process exists and is not a zombie. */
function runs(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

function command(...program: [string, ...string[]]): RemoteRun {
  return { program, deadlineMs: 15_000 };
}

describe.skipIf(why)(`a real sshd${why ? ` (${why})` : ''}`, () => {
  let sshd: TestSshd;
  let ssh: Ssh;
  const asked: SshQuestion[] = [];
  const others: Ssh[] = [];

  function sshWith(ask?: Ask, more: Partial<ConstructorParameters<typeof Ssh>[0]> = {}): Ssh {
    // Wide limits: on a busy machine a shell takes its time, and a test of a limit sets its own.
    const limits = { connectMs: 120_000, startMs: 120_000, endMs: 120_000 };
    const made = new Ssh({ env: sshd.env, ...(ask ? { ask } : {}), ...limits, ...more });
    others.push(made);
    return made;
  }

  function answering(...answers: (string | undefined)[]): Ask {
    return async (question) => {
      asked.push(question);
      return answers.shift();
    };
  }

  beforeAll(async () => {
    sshd = await TestSshd.start();
  });
  beforeEach(async () => {
    asked.length = 0;
    await sshd.configureClient();
    ssh = sshWith();
  });
  afterEach(async () => {
    await Promise.all(others.splice(0).map((one) => one.close()));
  });
  afterAll(() => sshd.stop());

  it('runs a program and returns its exit code, output and errors', async () => {
    const lines: RemoteLine[] = [];
    const result = await ssh.run(sshd.access(), {
      ...command('sh', '-c', 'echo out; echo err >&2; printf "no end\\033[31m"; exit 3'),
      onLine: (line) => lines.push(line),
    });
    expect(result).toMatchObject({ exitCode: 3, truncated: false, stderr: 'err\n' });
    expect(result.stdout.toString()).toBe('out\nno end\u001b[31m');
    expect(lines).toContainEqual({ stream: 'stdout', text: 'no end' });
    expect(lines).toContainEqual({ stream: 'stderr', text: 'err' });
  });

  it("tells a program's exit code 255 from ssh's own", async () => {
    expect(await ssh.run(sshd.access(), command('sh', '-c', 'exit 255'))).toMatchObject({ exitCode: 255 });
  });

  it('reports output while the program runs', async () => {
    const first = Promise.withResolvers<void>();
    const cancel = new AbortController();
    const running = ssh.run(sshd.access(), {
      ...command('sh', '-c', 'echo first; exec sleep 600'),
      signal: cancel.signal,
      onLine: () => first.resolve(),
    });
    await first.promise;
    cancel.abort();
    expect(await failureOf(running)).toMatchObject({ problem: 'interrupted' });
  });

  it('keeps the requested part of a large output, and reports a bounded part', async () => {
    let shown = 0;
    const result = await ssh.run(sshd.access(), {
      ...command('sh', '-c', 'yes 123456789 | head -c 6000000'),
      maxBytes: 1_000,
      onLine: ({ text }) => {
        shown += text.length;
      },
    });
    expect(result.stdout).toHaveLength(1_000);
    expect(result.truncated).toBe(true);
    expect(shown).toBeLessThan(3_000_000);
  });

  it('logs in once for concurrent and successive programs', async () => {
    const before = sshd.logins;
    const together = await Promise.all(Array.from({ length: 20 }, () => ssh.run(sshd.access(), command('true'))));
    await ssh.run(sshd.access(), command('true'));
    expect(together.every(({ exitCode }) => exitCode === 0)).toBe(true);
    expect(sshd.logins - before).toBe(1);
  });

  it('leaves no files or processes behind when it is closed', async () => {
    await ssh.run(sshd.access(), command('true'));
    const pid = await ssh.connectionPid(sshd.access());
    expect(pid !== undefined && runs(pid)).toBe(true);
    await ssh.close();
    await expect.poll(() => pid !== undefined && runs(pid)).toBe(false);
    expect(await failureOf(ssh.run(sshd.access(), command('true')))).toMatchObject({ problem: 'interrupted' });
  });

  it('logs in again when the shared connection is gone', async () => {
    await ssh.run(sshd.access(), command('true'));
    const pid = await ssh.connectionPid(sshd.access());
    process.kill(pid ?? Number.NaN, 'SIGKILL');
    expect(await ssh.run(sshd.access(), command('true'))).toMatchObject({ exitCode: 0 });
  });

  describe('ending a program', () => {
    async function started(access = sshd.access(), more: Partial<RemoteRun> = {}, using = ssh) {
      const reportedPid = Promise.withResolvers<number>();
      const cancel = new AbortController();
      const running = using.run(access, {
        ...command('sh', '-c', 'echo $$; sleep 600'),
        signal: cancel.signal,
        onLine: ({ text }) => reportedPid.resolve(Number(text)),
        ...more,
      });
      running.catch(reportedPid.reject);
      return { pid: await reportedPid.promise, running, cancel };
    }

    it('a cancelled program does not run on the host any more', async () => {
      const { pid, running, cancel } = await started();
      expect(runs(pid)).toBe(true);
      cancel.abort();
      expect(await failureOf(running)).toMatchObject({
        code: 'interrupted',
        message: expect.stringContaining('was cancelled and was stopped on the host'),
      });
      expect(runs(pid)).toBe(false);
    });

    it('a program past its deadline does not run either', async () => {
      const { pid, running } = await started(sshd.access(), { deadlineMs: 1_500 });
      expect(await failureOf(running)).toMatchObject({ code: 'timeout', problem: 'timeout' });
      expect(runs(pid)).toBe(false);
    });

    it('a program that ignores SIGTERM is killed', async () => {
      const { pid, running, cancel } = await started(sshd.access(), {
        program: ['sh', '-c', 'trap "" TERM; echo $$; while :; do sleep 1; done'],
      });
      cancel.abort();
      expect(await failureOf(running)).toMatchObject({ problem: 'interrupted' });
      expect(runs(pid)).toBe(false);
    });

    it('uses a second command if standard input is not forwarded, as with docker exec', async () => {
      await sshd.program('container', 'shift; exec "$@" </dev/null');
      const { pid, running, cancel } = await started(sshd.access({ prefix: ['container', 'exec'] }));
      cancel.abort();
      expect((await failureOf(running)).message).toContain('was stopped on the host');
      expect(runs(pid)).toBe(false);
    });

    it('closing ends programs within a second', async () => {
      const { pid, running } = await started();
      const failure = failureOf(running);
      await ssh.close();
      expect(await failure).toMatchObject({ problem: 'interrupted' });
      await expect.poll(() => runs(pid)).toBe(false);
    });

    it('a killed connection ends the program, and the failure says so', async () => {
      const { pid, running } = await started();
      process.kill((await ssh.connectionPid(sshd.access())) ?? Number.NaN, 'SIGKILL');
      expect(await failureOf(running)).toMatchObject({ problem: 'connectionLost', code: 'unreachable' });
      await expect.poll(() => runs(pid)).toBe(false);
    });

    it('a program that is cancelled before it was sent never runs', async () => {
      const failure = await failureOf(
        ssh.run(sshd.access(), { ...command('true'), signal: AbortSignal.abort(new Error('no')) }),
      );
      expect(failure).toMatchObject({ problem: 'interrupted', notSent: true });
    });
  });

  describe('trust and logins', () => {
    it('always refuses a changed host key, and gives the remedy', async () => {
      await sshd.configureClient({ knownKey: 'other-host-key' });
      for (const one of [ssh, sshWith(answering('yes'))]) {
        const failure = await failureOf(one.run(sshd.access(), command('true')));
        expect(failure).toMatchObject({ problem: 'hostKeyChanged', code: 'tls', notSent: true });
        expect(failure.remedy).toContain(`ssh-keygen -R '[127.0.0.1]:${sshd.port}'`);
      }
      expect(asked).toEqual([]);
    });

    it('refuses a new host key if nobody can answer', async () => {
      await sshd.configureClient({ knownKey: null });
      expect(await failureOf(ssh.run(sshd.access(), command('true')))).toMatchObject({ problem: 'hostKeyUnknown' });
      const one = sshWith(answering('yes'));
      const failure = await failureOf(one.run(sshd.access(), { ...command('true'), unattended: true }));
      expect(failure).toMatchObject({ problem: 'hostKeyUnknown' });
      expect(asked).toEqual([]);
    });

    it('asks about a new host key with its fingerprint, and remembers the answer', async () => {
      await sshd.configureClient({ knownKey: null });
      const refusing = sshWith(answering(undefined));
      expect(await failureOf(refusing.run(sshd.access(), command('true')))).toMatchObject({
        problem: 'hostKeyUnknown',
        message: expect.stringContaining('and was rejected'),
      });
      expect(asked[0]).toMatchObject({ kind: 'hostKey', echo: true, text: expect.stringContaining('SHA256:') });
      expect(await sshWith(answering('yes')).run(sshd.access(), command('true'))).toMatchObject({ exitCode: 0 });
      expect(await ssh.run(sshd.access(), command('true'))).toMatchObject({ exitCode: 0 });
    });

    it('reports that the key is refused', async () => {
      await sshd.configureClient({ identity: 'other-id' });
      const failure = await failureOf(ssh.run(sshd.access(), command('true')));
      expect(failure).toMatchObject({ problem: 'keyRefused', code: 'unauthenticated', notSent: true });
      expect(failure.detail).toContain('Permission denied (publickey)');
    });

    it('asks for a passphrase, again after a wrong one', async () => {
      const key = path.join(sshd.directory, `locked-${Math.random().toString(36).slice(2)}`);
      makeKey(key, 'open sesame');
      const authorized = path.join(sshd.directory, 'authorized_keys');
      await writeFile(authorized, readFileSync(`${key}.pub`), { flag: 'a' });
      await sshd.configureClient({ identity: path.basename(key) });
      expect(await failureOf(ssh.run(sshd.access(), command('true')))).toMatchObject({ problem: 'keyRefused' });
      const one = sshWith(answering('wrong', 'open sesame'));
      expect(await one.run(sshd.access(), command('true'))).toMatchObject({ exitCode: 0 });
      expect(asked.map(({ kind, echo }) => ({ kind, echo }))).toEqual([
        { kind: 'passphrase', echo: false },
        { kind: 'passphrase', echo: false },
      ]);
    });

    it('withdraws a question when the login is cancelled', async () => {
      await sshd.configureClient({ knownKey: null });
      const cancel = new AbortController();
      const takenBack = Promise.withResolvers<void>();
      const one = sshWith((_, signal) => {
        signal.addEventListener('abort', () => takenBack.resolve());
        cancel.abort();
        return new Promise(() => undefined).then(() => undefined);
      });
      const running = one.run(sshd.access(), { ...command('true'), signal: cancel.signal });
      expect(await failureOf(running)).toMatchObject({ problem: 'interrupted' });
      await takenBack.promise;
    });
  });

  describe('failures of wrappers and programs', () => {
    it('sudo asks for a password', async () => {
      await sshd.program('sudo', 'echo "sudo: a password is required" >&2; exit 1');
      const failure = await failureOf(
        ssh.run(sshd.access({ become: ['sudo', '-n', '-u', 'glance'] }), command('glance-cache-pruner')),
      );
      expect(failure).toMatchObject({ problem: 'becomeNeedsPassword', code: 'forbidden', notSent: true });
      expect(failure.remedy).toContain('NOPASSWD');
    });

    it.each([
      ['sudo: sorry, you must have a tty to run sudo', 'becomeNeedsTerminal'],
      ['sudo: no tty present and no askpass program specified', 'becomeNeedsPassword'],
      [
        'sudo: a terminal is required to read the password; either use the -S option to read from standard input or configure an askpass helper',
        'becomeNeedsPassword',
      ],
    ])('EXPECTED sudo: names the login and what its sudoers need for “%s”', async (said, problem) => {
      await sshd.program('sudo', `echo "${said}" >&2; exit 1`);
      const failure = await failureOf(
        ssh.run(sshd.access({ become: ['sudo', '-u', 'glance'] }), command('glance-cache-pruner')),
      );
      expect(failure).toMatchObject({ problem, code: 'forbidden', notSent: true });
      expect(failure.remedy).toContain(`Defaults:${userInfo().username} !requiretty`);
      expect(failure.remedy).toContain(`${userInfo().username} ALL=(glance) NOPASSWD: ALL`);
    });

    it('a prefix that is missing, one that fails, and a program that is missing', async () => {
      await sshd.program('docker', 'echo "Error: No such container: $2" >&2; exit 255');
      const run = command('glance-cache-nothing');
      expect(await failureOf(ssh.run(sshd.access({ prefix: ['podmann', 'exec', 'g'] }), run))).toMatchObject({
        problem: 'prefixMissing',
        message: expect.stringContaining('podmann not found'),
      });
      expect(await failureOf(ssh.run(sshd.access({ prefix: ['docker', 'exec', 'g'] }), run))).toMatchObject({
        problem: 'prefixFailed',
        detail: expect.stringContaining('No such container: g'),
      });
      expect(await failureOf(ssh.run(sshd.access(), run))).toMatchObject({
        problem: 'programMissing',
        code: 'notFound',
      });
    });
  });

  it('ssh is not installed on this machine', async () => {
    const one = new Ssh({ env: { PATH: '/nonexistent' } });
    await expect(one.run(sshd.access(), command('true'))).rejects.toMatchObject({ failure: { code: 'unsupported' } });
    await one.close();
  });

  describe('unreachable hosts', () => {
    it('a host accepts the connection and never answers', async () => {
      const sockets = new Set<Socket>();
      const silent = createServer((socket) => sockets.add(socket));
      await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
      const { port } = silent.address() as AddressInfo;
      const one = sshWith(undefined, { connectMs: 300 });
      expect(await failureOf(one.run(sshd.access({ port }), command('true')))).toMatchObject({ problem: 'timeout' });
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => silent.close(resolve));
      expect(await failureOf(ssh.run(sshd.access({ port }), command('true')))).toMatchObject({
        problem: 'unreachable',
        message: expect.stringContaining('refused'),
      });
    });

    it('a name does not resolve', async () => {
      const access = sshd.access({ destination: 'no-such-host.invalid', port: null });
      expect(await failureOf(ssh.run(access, command('true')))).toMatchObject({ problem: 'unreachable' });
    });
  });

  it('passes every argument unchanged through become and prefix, and runs nothing else', async () => {
    const given = path.join(sshd.directory, 'given');
    await sshd.program('become', `printf "%s\\\\0" "$1" >> '${given}'; shift; exec "$@"`);
    const known = ['$(touch pwned)', '`id`', "';id;'", '"$HOME"', '\\', '!!', '*', '~', '-n', 'a b', '\n', '&&id', '#'];
    const nasty = fc.oneof(fc.constantFrom(...known), fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }));
    const words = fc.array(
      nasty.filter((word) => !word.includes('\0') && word.isWellFormed()),
      { maxLength: 20 },
    );
    await fc.assert(
      fc.asyncProperty(nasty, nasty, words, async (become, prefix, args) => {
        fc.pre(![become, prefix].some((word) => word.includes('\0') || !word.isWellFormed()));
        const access = { ...sshd.access(), become: ['become', become], prefix: ['become', prefix] };
        await writeFile(given, '');
        const { stdout } = await ssh.run(access, command('printf', '%s\\0', 'x', ...args));
        expect(readFileSync(given, 'utf8')).toBe(`${become}\0${prefix}\0`);
        expect(stdout.toString()).toBe(['x', ...args].map((word) => `${word}\0`).join(''));
      }),
      // A run costs a fifth of a second, so few runs have many words.
      { numRuns: 6, examples: [['\n', '$(touch pwned)', known]] },
    );
  }, 90_000);
});
