import { ExpectedFailure, type Failure } from '../contract/failure.ts';
import type { RemoteAccess, SshQuestion } from '../contract/remote.ts';
import { formatShellWords } from '../contract/remote.ts';
import { type Destination, formatDestination } from './ssh-arguments.ts';
import { shownLine, stripControlChars } from './terminal-text.ts';

/** What can fail between the console and a program on a host; more precise than the codes of the contract. */
export type RemoteProblem =
  | 'hostKeyChanged'
  | 'hostKeyUnknown'
  | 'keyRefused'
  | 'unreachable'
  | 'timeout'
  | 'connectionLost'
  | 'configuration'
  | 'becomeNeedsPassword'
  | 'becomeNeedsTerminal'
  | 'becomeRefused'
  | 'prefixMissing'
  | 'prefixFailed'
  | 'loginRefused'
  | 'programMissing'
  | 'programFailed'
  | 'fileProblem'
  | 'interrupted'
  | 'tooLong'
  | 'other';

/** An expected failure of ssh or of a program on a host. */
export class RemoteFailure extends ExpectedFailure {
  readonly problem: RemoteProblem;
  constructor(problem: RemoteProblem, value: Failure) {
    super(value);
    this.problem = problem;
  }
}

type FailureText = Pick<Failure, 'code' | 'message' | 'remedy'>;

/** Explains why ssh could not log in. `refused` is the last question that nobody answered. */
export function connectFailure(to: Destination, said: string, refused: SshQuestion | undefined): RemoteFailure {
  const [problem, words] = explainLogin(formatDestination(to), to, said, refused);
  return new RemoteFailure(problem, { ...words, ...detailOf(said), notSent: true });
}

function explainLogin(
  at: string,
  { destination, port }: Destination,
  said: string,
  refused: SshQuestion | undefined,
): [RemoteProblem, FailureText] {
  const byHand = `ssh ${port === null ? '' : `-p ${port} `}${destination}`;
  if (/REMOTE HOST IDENTIFICATION HAS CHANGED|HOST IDENTIFICATION HAS CHANGED|host key .*has changed/i.test(said)) {
    const file = /Offending .* key in (.+):\d+/.exec(said)?.[1];
    return [
      'hostKeyChanged',
      {
        code: 'tls',
        message: `${at}: the host key has changed. Nothing was sent.`,
        remedy: `The host was reinstalled, or a different machine responds. Get the new key from its administrator before you remove the old one: ssh-keygen -R ${knownHostsName(destination, port)}${file ? ` (in ${stripControlChars(file)})` : ''}.`,
      },
    ];
  }
  if (/Host key verification failed|No .* host key is known for|host key is known for .* strict checking/i.test(said)) {
    return [
      'hostKeyUnknown',
      {
        code: 'tls',
        message: `${at}: the host key is unknown${refused?.kind === 'hostKey' ? ' and was rejected' : ''}. Nothing was sent.`,
        remedy: `Compare its fingerprint with the host's own (ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub there) and accept it when the console asks, or manually with ${byHand}.`,
      },
    ];
  }
  if (
    /Bad configuration option|Bad owner or permissions|terminating, .* bad configuration|percent_expand/i.test(said)
  ) {
    return [
      'configuration',
      {
        code: 'invalidInput',
        message: `${at}: invalid ssh configuration.`,
        remedy: `Correct ~/.ssh/config. ${byHand} shows the same error.`,
      },
    ];
  }
  if (/Permission denied \(|Too many authentication failures|Permission denied, please try again/i.test(said)) {
    const asked = refused ? ` ssh prompt: ${refused.text.slice(0, 200)}` : '';
    return [
      'keyRefused',
      {
        code: 'unauthenticated',
        message: `${at}: login rejected. The host accepted no key or password from ssh.`,
        remedy: `Load the key into the agent (ssh-add), or add it to the host's authorized_keys. ${byHand} must work without the console.${asked}`,
      },
    ];
  }
  if (/Could not resolve hostname|Name or service not known|nodename nor servname/i.test(said)) {
    return [
      'unreachable',
      {
        code: 'unreachable',
        message: `${at}: host name not found.`,
        remedy: 'Check the name and that this machine can resolve it (DNS, ~/.ssh/config, VPN).',
      },
    ];
  }
  if (/Connection refused/i.test(said)) {
    return [
      'unreachable',
      {
        code: 'unreachable',
        message: `${at}: SSH connection refused.`,
        remedy: 'Check the name and port, that sshd is running, and that no firewall rejects the connection.',
      },
    ];
  }
  if (/timed out/i.test(said)) return ['timeout', explainTimeout(at)];
  if (/No route to host|Network is unreachable/i.test(said)) {
    return [
      'unreachable',
      {
        code: 'unreachable',
        message: `${at}: no route to the host.`,
        remedy: 'Check the network between this machine and the host: VPN, routes, firewall, jump host.',
      },
    ];
  }
  if (/Connection (closed|reset)|kex_exchange_identification|banner exchange/i.test(said)) {
    return [
      'unreachable',
      {
        code: 'unreachable',
        message: `${at}: the host closed the connection before the login.`,
        remedy: `The service may not be sshd, sshd may be overloaded (MaxStartups), or the jump host cannot reach the host. Run ${byHand} with -v for details.`,
      },
    ];
  }
  return [
    'other',
    {
      code: 'unreachable',
      message: `${at}: SSH login failed.`,
      remedy: `Check that ${byHand} works without the console. Add -v for details.`,
    },
  ];
}

/** The name of a host in known_hosts. */
function knownHostsName(destination: string, port: number | null): string {
  const host = destination.slice(destination.lastIndexOf('@') + 1);
  return formatShellWords([port === null || port === 22 ? host : `[${host}]:${port}`]);
}

function explainTimeout(at: string): FailureText {
  return {
    code: 'timeout',
    message: `${at}: sshd did not respond in time.`,
    remedy:
      'Check the network between this machine and the host (VPN, firewall, jump host), and whether it is overloaded.',
  };
}

/** The failure of a login that did not end in time. */
export function connectTimeout(to: Destination, said: string): RemoteFailure {
  return new RemoteFailure('timeout', { ...explainTimeout(formatDestination(to)), ...detailOf(said), notSent: true });
}

/** What is known about a program that did not start. */
type FailedStart = {
  program: string;
  /** The exit code of the login shell, become or the prefix. */
  code: number | null;
  said: string;
  /** The user whom ssh logged in as; empty if not known. */
  loginUser: string;
};

/**
 * Explains why the program did not start after ssh had logged in, from the output and exit code of become or prefix.
 */
export function wrapperFailure(access: RemoteAccess, { program, code, said, loginUser }: FailedStart): RemoteFailure {
  const at = formatDestination(access);
  const become = formatShellWords(access.become);
  const prefix = formatShellWords(access.prefix);
  const fail = (problem: RemoteProblem, words: FailureText) =>
    new RemoteFailure(problem, { ...words, ...detailOf(said), notSent: true });

  const refused = sudoRefusal([...access.become, ...access.prefix], said, loginUser);
  if (refused)
    return fail(refused.problem, { code: 'forbidden', message: `${at}: ${refused.message}`, remedy: refused.remedy });
  const first = access.become[0] ?? access.prefix[0] ?? '';
  const missing = code === 127 || /not found|No such file or directory/i.test(said);
  if (missing && first !== '' && new RegExp(`${escaped(first)}.*(not found|No such file)`, 'i').test(said)) {
    return fail('prefixMissing', {
      code: 'notFound',
      message: `${at}: ${first} not found on the host.`,
      remedy: `Correct the command that runs the program (${[become, prefix].filter(Boolean).join(' ')}), or install it there.`,
    });
  }
  if (access.prefix.length > 0) {
    return fail('prefixFailed', {
      code: missing ? 'notFound' : 'hostError',
      message: `${at}: ${prefix} ended${code === null ? '' : ` with ${code}`} before ${program} was started.`,
      remedy: 'Check the container or pod name, that it is running, and that the login user can access it.',
    });
  }
  if (access.become.length > 0) {
    return fail('becomeRefused', {
      code: 'forbidden',
      message: `${at}: ${become} ended${code === null ? '' : ` with ${code}`} before ${program} was started.`,
      remedy: 'Try it manually on the host as the login user.',
    });
  }
  return fail('loginRefused', {
    code: 'unsupported',
    message: `${at}: the login works, but ${program} could not be started.`,
    remedy: 'The login user needs a POSIX shell without a forced command or restrictions.',
  });
}

type Refusal = { problem: RemoteProblem; message: string; remedy: string };

/**
 * Explains why sudo or doas refused. Both work by hand if they require a terminal or a password, because there is a
 * terminal then.
 *
 * @param wrapper the words of become and prefix
 * @param loginUser the user whom the host's sudoers must name
 */
function sudoRefusal(wrapper: readonly string[], said: string, loginUser: string): Refusal | undefined {
  if (wrapper.length === 0) return undefined;
  const words = formatShellWords(wrapper);
  const user = /^[\w.@+\\-]{1,64}$/.test(loginUser) ? loginUser : 'LOGIN';
  const rule = `${user} ALL=(${targetUser(wrapper)}) NOPASSWD: ALL`;
  const inFile = 'in a file in /etc/sudoers.d on the host (visudo -f)';
  if (/sudo(-rs)?: .*must have a tty/i.test(said)) {
    return {
      problem: 'becomeNeedsTerminal',
      message: `${words} requires a terminal (requiretty), which the console does not have.`,
      remedy: `Allow it without a terminal, ${inFile}: Defaults:${user} !requiretty. It works manually because there is a terminal. The rule must not require a password: ${rule}.`,
    };
  }
  if (
    /sudo(-rs)?: .*(no tty present|(terminal|tty) is required|no askpass program|unable to (open|read).*tty)/i.test(
      said,
    )
  ) {
    return {
      problem: 'becomeNeedsPassword',
      message: `${words} requires a password, and there is no terminal to enter it.`,
      remedy: `Allow it without a password, ${inFile}: ${rule}. It works manually because there is a terminal. If sudoers has requiretty, also add: Defaults:${user} !requiretty.`,
    };
  }
  if (
    /sudo(-rs)?: .*(password is required|authentication is required|no password was provided)|doas: .*auth/i.test(said)
  ) {
    return {
      problem: 'becomeNeedsPassword',
      message: `${words} requires a password, which the console cannot enter.`,
      remedy: `Allow it without a password, ${inFile}: ${rule}. A rule for single programs is not enough: the console must also read the cache directory and stop hanging programs.`,
    };
  }
  if (
    /not allowed to (execute|run)|not in the sudoers file|unknown user|doas: Operation not permitted|may not run sudo/i.test(
      said,
    )
  ) {
    return {
      problem: 'becomeRefused',
      message: `${words} is not allowed.`,
      remedy: `Check the user after -u, and the host's sudoers: ${rule}.`,
    };
  }
  return undefined;
}

/** The user whom sudo runs the program as. */
function targetUser(wrapper: readonly string[]): string {
  const match = /(?:^|\s)(?:-[a-zA-Z]*u[ =]?|--user[ =])([\w.-]+)/.exec(wrapper.join(' '));
  return match?.[1] ?? 'root';
}

/** The failure of a program that does not exist for the user it should run as. */
export function programMissing(access: RemoteAccess, program: string): RemoteFailure {
  const inside = access.prefix.length > 0 ? ` inside ${formatShellWords(access.prefix)}` : '';
  return new RemoteFailure('programMissing', {
    code: 'notFound',
    message: `${formatDestination(access)}: ${program} is not on the PATH${inside}.`,
    remedy:
      access.prefix.length > 0
        ? 'Check that this is the glance-api container.'
        : 'Install it on the host. If Glance runs in a container, enter the command prefix for the container, such as docker exec glance_api.',
    notSent: true,
  });
}

/** The failure of a connection that broke before the program began or while it ran. */
export function connectionLost(to: Destination, program: string, started: boolean, said: string): RemoteFailure {
  return new RemoteFailure('connectionLost', {
    code: 'unreachable',
    message: `${formatDestination(to)}: the connection was lost ${started ? `while ${program} was running` : `before ${program} started`}.`,
    remedy: started
      ? `The host stops ${program} when it detects this. Check the host before you run it again.`
      : 'Try again.',
    ...detailOf(said),
    ...(started ? {} : { notSent: true as const }),
  });
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** The output of ssh as the detail of a failure. */
export function detailOf(said: string): { detail?: string } {
  const text = said
    .split('\n')
    .map((line) => shownLine(line).trim())
    .filter((line) => line !== '' && !/^@+$/.test(line))
    .join('\n')
    .slice(-2_000);
  return text === '' ? {} : { detail: text };
}

/** Why a program was ended, and whether it is known to have ended (`confirmed`). */
export type EndedProgram = {
  reason: 'cancelled' | 'deadline';
  deadlineMs: number;
  pid: number | undefined;
  confirmed: boolean;
};

/** The failure of a program that was cancelled or passed its deadline. */
export function endedFailure(access: RemoteAccess, program: string, ended: EndedProgram, said: string): RemoteFailure {
  const at = formatDestination(access);
  const why =
    ended.reason === 'cancelled'
      ? `${program} was cancelled`
      : `${program} did not finish within ${seconds(ended.deadlineMs)}`;
  const process = ended.pid === undefined ? '' : ` (process ${ended.pid})`;
  const begun = ended.pid !== undefined;
  const fate = !begun
    ? 'before it started'
    : ended.confirmed
      ? 'and was stopped on the host'
      : `and may still be running there${process}`;
  return new RemoteFailure(ended.reason === 'cancelled' ? 'interrupted' : 'timeout', {
    code: ended.reason === 'cancelled' ? 'interrupted' : 'timeout',
    message: `${at}: ${why} ${fate}.`,
    remedy:
      begun && !ended.confirmed
        ? `Check whether it is still running on the host, and stop it: kill ${ended.pid}.`
        : 'Run it again if needed.',
    ...detailOf(said),
    ...(begun ? {} : { notSent: true as const }),
  });
}

/** The failure of a run that was cancelled before anything ran. */
export function interrupted(to: Destination, what: string): RemoteFailure {
  return new RemoteFailure('interrupted', {
    code: 'interrupted',
    message: `${formatDestination(to)}: ${what} was cancelled.`,
    remedy: 'Try again if needed.',
    notSent: true,
  });
}

/** The failure of a program whose output exceeds the limit. */
export function outputTooLong(to: Destination, program: string, maxBytes: number): RemoteFailure {
  return new RemoteFailure('tooLong', {
    code: 'badResponse',
    message: `${formatDestination(to)}: the output of ${program} exceeds ${maxBytes} bytes.`,
    remedy: 'Check it on the host.',
  });
}

function seconds(ms: number): string {
  return ms >= 1_000 ? `${Math.round(ms / 1_000)} s` : `${ms} ms`;
}

/** The failure on a platform without a usable ssh. */
export function unsupportedPlatform(to: Destination): RemoteFailure {
  return new RemoteFailure('other', {
    code: 'unsupported',
    message: `${formatDestination(to)}: running programs on hosts is not supported on Windows.`,
    remedy: 'For SSH features, run the console on Linux, macOS or WSL.',
    notSent: true,
  });
}
