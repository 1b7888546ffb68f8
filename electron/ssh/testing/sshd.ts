import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { accessSync, mkdirSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { type RemoteAccess, remoteAccess } from '../../contract/remote.ts';

const sshdProgram = '/usr/sbin/sshd';

/** Why no real sshd can run here; undefined if one can. */
export function reasonWithoutSshd(): string | undefined {
  try {
    accessSync(sshdProgram);
    // sshd needs this directory when run as root; the system creates it only with the service.
    if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
    return undefined;
  } catch {
    return `${sshdProgram} is not on this machine`;
  }
}

/** A real sshd on loopback with its own keys, and an operator's ssh configured for it. */
export class TestSshd {
  readonly directory: string;
  readonly port: number;
  readonly #sshd: ChildProcess;
  #log = '';

  private constructor(directory: string, port: number, sshd: ChildProcess) {
    this.directory = directory;
    this.port = port;
    this.#sshd = sshd;
    sshd.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#log += text;
    });
  }

  /**
   * The PATH of programs begins with `directory`/programs. `directory` is the home directory of the login user, because bash
   * reads `~/.bashrc` for each command: that of the person who runs the tests may take long and print anything.
   */
  static async start({ bashrc = '' }: { bashrc?: string } = {}): Promise<TestSshd> {
    const directory = await mkdtemp(path.join(tmpdir(), 'sshd-'));
    const port = await freePort();
    await mkdir(path.join(directory, 'programs'));
    await mkdir(path.join(directory, 'bin'));
    for (const name of ['host-key', 'other-host-key', 'id', 'other-id']) makeKey(path.join(directory, name));
    await writeFile(path.join(directory, 'authorized_keys'), await readFile(path.join(directory, 'id.pub')));
    const programPath = `${directory}/programs:/usr/local/bin:/usr/bin:/bin`;
    await writeFile(path.join(directory, '.bashrc'), bashrc);
    const configuration = [
      // sshd takes the first SetEnv only.
      `SetEnv "HOME=${directory}" "PATH=${programPath}"`,
      // The default costs a hundred milliseconds of processor time at each login.
      'KexAlgorithms curve25519-sha256',
      ...sshdConfiguration(directory, port, programPath),
    ];
    await writeFile(path.join(directory, 'sshd_config'), configuration.join('\n'));
    const sshd = spawn(sshdProgram, ['-f', path.join(directory, 'sshd_config'), '-D', '-e'], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const started = new TestSshd(directory, port, sshd);
    await started.#waitForListening();
    await started.configureClient();
    return started;
  }

  #waitForListening(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#sshd.once('error', reject).once('exit', () => reject(new Error(this.#log)));
      const look = () => /Server listening/.test(this.#log) && resolve();
      this.#sshd.stderr?.on('data', look);
      look();
    });
  }

  /** Writes what an operator has in ~/.ssh. */
  async configureClient(options: { identity?: string; knownKey?: string | null; more?: string[] } = {}): Promise<void> {
    const { identity = 'id', knownKey = 'host-key', more = [] } = options;
    await writeOperatorSsh({
      keys: this.directory,
      configuration: this.directory,
      wrapper: path.join(this.directory, 'bin/ssh'),
      ssh: realSsh(),
      port: this.port,
      identity,
      knownKey,
      more,
    });
  }

  /** The operator's environment, in which `ssh` is the wrapper. */
  get env(): NodeJS.ProcessEnv {
    return { ...process.env, PATH: `${this.directory}/bin:${process.env['PATH']}` };
  }

  access(more: Partial<RemoteAccess> = {}): RemoteAccess {
    return remoteAccess.parse({ destination: '127.0.0.1', port: this.port, ...more });
  }

  /** Installs a program on the host. */
  async program(name: string, text: string): Promise<void> {
    await writeFile(path.join(this.directory, 'programs', name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  }

  /** The number of logins so far. */
  get logins(): number {
    return this.#log.split('\n').filter((line) => line.includes('Accepted ')).length;
  }

  get log(): string {
    return this.#log;
  }

  async stop(): Promise<void> {
    const exited = new Promise((resolve) => this.#sshd.once('exit', resolve));
    if (this.#sshd.exitCode === null && this.#sshd.kill()) await exited;
    await rm(this.directory, { recursive: true, force: true });
  }
}

export function makeKey(file: string, passphrase = ''): void {
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', passphrase, '-C', '', '-f', file], { stdio: 'ignore' });
}

function realSsh(): string {
  return execFileSync('sh', ['-c', 'command -v ssh'], { encoding: 'utf8' }).trim();
}

async function freePort(): Promise<number> {
  const holder = createServer();
  await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
  const { port } = holder.address() as AddressInfo;
  await new Promise((resolve) => holder.close(resolve));
  return port;
}

/**
 * The lines of an sshd_config for a private sshd on loopback.
 *
 * @param directory of the files host-key and authorized_keys
 * @param programPath the PATH of the commands that sshd runs
 */
export function sshdConfiguration(directory: string, port: number, programPath: string): string[] {
  return [
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${directory}/host-key`,
    'PidFile none',
    `AuthorizedKeysFile ${directory}/authorized_keys`,
    'StrictModes no',
    'UsePAM no',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    `SetEnv "PATH=${programPath}"`,
  ];
}

type OperatorSsh = {
  /** The directory of the keys. */
  keys: string;
  /** The directory in which known_hosts and ssh_config are written. */
  configuration: string;
  /** The path of the wrapper of `ssh` that is written. */
  wrapper: string;
  /** The path of the real ssh. */
  ssh: string;
  port: number;
  /** The file names of the operator's key and of the known host key; null if no host key is known. */
  identity: string;
  knownKey: string | null;
  /** Lines before the rest of ssh_config. */
  more?: string[];
};

/** Writes what an operator has in ~/.ssh. ssh ignores $HOME, so a wrapper named `ssh` passes the configuration. */
export async function writeOperatorSsh(options: OperatorSsh): Promise<void> {
  const { keys, configuration, wrapper, ssh, port, identity, knownKey, more = [] } = options;
  const key = knownKey === null ? '' : await readFile(path.join(keys, `${knownKey}.pub`), 'utf8');
  await writeFile(path.join(configuration, 'known_hosts'), key === '' ? '' : `[127.0.0.1]:${port} ${key}`);
  const lines = [
    ...more,
    'Host *',
    `User ${userInfo().username}`,
    `IdentityFile ${keys}/${identity}`,
    'IdentitiesOnly yes',
    'IdentityAgent none',
    `UserKnownHostsFile ${configuration}/known_hosts`,
    'GlobalKnownHostsFile none',
  ];
  await writeFile(path.join(configuration, 'ssh_config'), `${lines.join('\n')}\n`);
  await writeFile(wrapper, `#!/bin/sh\nexec ${ssh} -F ${configuration}/ssh_config "$@"\n`, { mode: 0o755 });
}
