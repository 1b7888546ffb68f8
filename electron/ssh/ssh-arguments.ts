import type { RemoteAccess } from '../contract/remote.ts';

/** The host that ssh connects to. */
export type Destination = Pick<RemoteAccess, 'destination' | 'port'>;

/** Formats a destination for the operator: `glance@glance-01, port 2222`. */
export function formatDestination({ destination, port }: Destination): string {
  return port === null ? destination : `${destination}, port ${port}`;
}

/** Seconds: the limit for connecting, and the time without use after which a shared connection closes. */
const connectTimeoutSeconds = 15;
const idleTimeoutSeconds = 60;

/**
 * Options of every ssh. The first value of an option wins, so these override `~/.ssh/config`, which is used for
 * everything else (jump hosts, keys, agents, known hosts). They turn off terminals, forwarding and local commands, and
 * notice a host that is gone.
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
      ConnectTimeout: String(connectTimeoutSeconds),
    }),
    ...(port === null ? [] : ['-p', String(port)]),
  ];
}

function options(values: Record<string, string>): string[] {
  return Object.entries(values).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
}

/**
 * Arguments of the ssh that logs in, leaves a shared connection behind, and ends. An unknown host key is asked about,
 * or refused if nobody can answer (`attended` false); a changed one is always refused.
 */
export function connectArguments(to: Destination, socket: string, attended: boolean): string[] {
  return [
    ...options({
      ControlMaster: 'yes',
      ControlPath: socket,
      ControlPersist: String(idleTimeoutSeconds),
      BatchMode: attended ? 'no' : 'yes',
      StrictHostKeyChecking: attended ? 'ask' : 'yes',
    }),
    ...commonOptions(to),
    ...['-N', '-f', '--', to.destination],
  ];
}

/**
 * Arguments of the ssh that runs a command over the shared connection. `ProxyCommand=false` makes it fail, instead of
 * logging in again, if the connection is gone.
 */
export function commandArguments(to: Destination, socket: string, command: string): string[] {
  return [
    ...options({ ControlMaster: 'no', ControlPath: socket, BatchMode: 'yes', ProxyCommand: 'false' }),
    ...commonOptions(to),
    ...['-T', '--', to.destination, command],
  ];
}

/** Arguments of the ssh that closes a shared connection, or asks for its process id. */
export function controlArguments(to: Destination, socket: string, what: 'exit' | 'check'): string[] {
  return ['-F', 'none', ...options({ ControlPath: socket }), '-O', what, '--', to.destination];
}
