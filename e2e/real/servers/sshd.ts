import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { sshdConfiguration, writeOperatorSsh } from '../../../electron/ssh/testing/sshd.ts';
import { asRoot, groupRuns, plainEnvironment, run, signalGroup } from './commands.ts';
import type { RealSsh, SshOperator } from './description.ts';
import { ensurePackages } from './packages.ts';
import { freePorts } from './processes.ts';

/** The Debian packages of OpenSSH. */
const sshdPackages = ['openssh-server', 'openssh-client'];

type Options = {
  /** A directory for keys and log; it is created here. */
  directory: string;
  log: (text: string) => void;
  signal?: AbortSignal | undefined;
  started: (server: { stop: () => Promise<void> }) => void;
};

/**
 * Starts a private sshd on loopback, whose commands are this machine's own: glance-cache-pruner, -cleaner and
 * -prefetcher of the installed Glance. Installs missing packages. Throws if it cannot be started.
 */
export async function startSshd(options: Options): Promise<RealSsh> {
  const { directory, signal } = options;
  await ensurePackages(sshdPackages, options);
  // sshd needs this directory when run as root; the system creates it only with the service.
  await run(asRoot(['install', '--directory', '--mode=0755', '/run/sshd']), { signal });
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const passphrase = 'a passphrase of the tests';
  for (const name of ['host-key', 'other-host-key', 'id', 'other-id', 'locked-id']) {
    const words = name === 'locked-id' ? passphrase : '';
    await run(['ssh-keygen', '-q', '-t', 'ed25519', '-N', words, '-C', '', '-f', path.join(directory, name)]);
  }
  const [port = 0] = await freePorts(1);
  const logFile = path.join(directory, 'sshd.log');
  options.started(await listen(directory, port, logFile, signal));

  const sudo = path.join(directory, 'sudo');
  await writeFile(sudo, '#!/bin/sh\necho "sudo: a password is required" >&2\nexit 1\n', { mode: 0o755 });
  return {
    destination: '127.0.0.1',
    port,
    path: {
      good: await operator(directory, port, 'good', 'id', 'host-key'),
      keyRefused: await operator(directory, port, 'keyRefused', 'other-id', 'host-key'),
      hostKeyChanged: await operator(directory, port, 'hostKeyChanged', 'id', 'other-host-key'),
      hostKeyUnknown: await operator(directory, port, 'hostKeyUnknown', 'id', null),
      passphrase: await operator(directory, port, 'passphrase', 'locked-id', 'host-key'),
    },
    passphrase,
    becomeWantsPassword: [sudo, '-n', '-u', 'glance'],
    logFile,
  };
}

/** Writes an operator's ssh configuration; returns the directory of the wrapper `ssh`. */
async function operator(
  directory: string,
  port: number,
  name: SshOperator,
  identity: string,
  known: string | null,
): Promise<string> {
  const own = path.join(directory, name);
  await mkdir(own);
  await writeOperatorSsh({
    keys: directory,
    configuration: own,
    wrapper: path.join(own, 'ssh'),
    ssh: '/usr/bin/ssh',
    port,
    identity,
    knownKey: known,
  });
  return own;
}

async function listen(directory: string, port: number, logFile: string, signal: AbortSignal | undefined) {
  const authorized = ['id.pub', 'locked-id.pub'].map((name) => readFile(path.join(directory, name), 'utf8'));
  await writeFile(path.join(directory, 'authorized_keys'), (await Promise.all(authorized)).join(''));
  // PATH overrides what this machine would set for a login.
  const configuration = sshdConfiguration(directory, port, plainEnvironment['PATH'] ?? '');
  await writeFile(path.join(directory, 'sshd_config'), `${configuration.join('\n')}\n`);
  const log = openSync(logFile, 'a');
  const command = ['/usr/sbin/sshd', '-D', '-e', '-f', path.join(directory, 'sshd_config')];
  const child = spawn('setpriv', ['--pdeathsig', 'TERM', '--', ...command], {
    env: plainEnvironment,
    stdio: ['ignore', log, log],
    detached: true,
  });
  closeSync(log);
  let failure: Error | undefined;
  child.once('error', (error) => {
    failure = error;
  });
  while (!(await readFile(logFile, 'utf8')).includes('Server listening')) {
    if (failure || child.exitCode !== null || signal?.aborted) {
      await stop(child);
      signal?.throwIfAborted();
      throw new Error(`sshd did not start: ${failure ?? (await readFile(logFile, 'utf8'))}`);
    }
    await delay(50);
  }
  return { stop: () => stop(child) };
}

/** Ends sshd with the logins that it serves. */
async function stop({ pid }: ChildProcess): Promise<void> {
  if (pid === undefined) return;
  signalGroup(pid, 'SIGTERM');
  for (let waited = 0; groupRuns(pid); waited += 20) {
    if (waited === 500) signalGroup(pid, 'SIGKILL');
    if (waited > 5_000) throw new Error(`sshd (process group ${pid}) does not end`);
    await delay(20);
  }
}
