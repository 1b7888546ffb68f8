import type { RemoteAccess } from '../contract/remote.ts';

/** Whom ssh is to reach. */
export type Destination = Pick<RemoteAccess, 'destination' | 'port'>;

/** As an operator would write it: `glance@glance-01, port 2222`. */
export function shownDestination({ destination, port }: Destination): string {
  return port === null ? destination : `${destination}, port ${port}`;
}

/** Seconds. */
const connectTimeout = 15;
const idleConnection = 60;

/**
 * What holds for every ssh: of options of a kind the first wins, so these go before whatever `~/.ssh/config` says, which
 * is used for all the rest (jump hosts, keys, agents, known hosts). No terminal, no forwarding, nothing run on this
 * machine, a word when the host is gone.
 */
function commonOptions({ port }: Destination): string[] {
  return [
    ...options({
      ClearAllForwardings: 'yes',
      ForwardAgent: 'no',
      ForwardX11: 'no',
      PermitLocalCommand: 'no',
      RemoteCommand: 'none',
      RequestTTY: 'no',
      EscapeChar: 'none',
      LogLevel: 'ERROR',
      ServerAliveInterval: '10',
      ServerAliveCountMax: '3',
      ConnectTimeout: String(connectTimeout),
    }),
    ...(port === null ? [] : ['-p', String(port)]),
  ];
}

function options(values: Record<string, string>): string[] {
  return Object.entries(values).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
}

/**
 * Arguments of the ssh that logs in, leaves the connection behind for others to share, and ends. A host key that is not
 * known is asked about, or refused where nobody is there (`attended` false); one that changed is refused either way.
 */
export function connectArguments(to: Destination, socket: string, attended: boolean): string[] {
  return [
    ...options({
      ControlMaster: 'yes',
      ControlPath: socket,
      ControlPersist: String(idleConnection),
      BatchMode: attended ? 'no' : 'yes',
      StrictHostKeyChecking: attended ? 'ask' : 'yes',
    }),
    ...commonOptions(to),
    ...['-N', '-f', '--', to.destination],
  ];
}

/**
 * Arguments of the ssh that runs a command over a connection that is there. `ProxyCommand=false`: where the connection
 * is not there any more it fails, instead of logging in anew.
 */
export function commandArguments(to: Destination, socket: string, command: string): string[] {
  return [
    ...options({ ControlMaster: 'no', ControlPath: socket, BatchMode: 'yes', ProxyCommand: 'false' }),
    ...commonOptions(to),
    ...['-T', '--', to.destination, command],
  ];
}

/** Arguments of the ssh that tells a shared connection to end, or asks for its process. */
export function controlArguments(to: Destination, socket: string, what: 'exit' | 'check'): string[] {
  return ['-F', 'none', ...options({ ControlPath: socket }), '-O', what, '--', to.destination];
}
