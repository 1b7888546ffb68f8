import type { CloudRemoteAccess, RemoteAccess } from '../../../electron/contract/remote.ts';
import { formatShellWords, parseShellWords } from '../../../electron/contract/remote.ts';
import { parseWholeNumber } from '../../lib/format.ts';

/** The values of the ssh access form, as typed. A host has a `destination`, a cloud a `user`. */
export type SshValues = {
  destination: string;
  user: string;
  port: string;
  become: string;
  prefix: string;
  configFiles: string;
};
export type SshErrors = Partial<Record<keyof SshValues, string>>;

/** The initial values: in most installations Glance runs as its own user. */
export const emptySsh: SshValues = {
  destination: '',
  user: '',
  port: '',
  become: 'sudo -n -u glance',
  prefix: '',
  configFiles: '',
};

/** The values for editing an ssh access. */
export function sshValues(remote: RemoteAccess | CloudRemoteAccess): SshValues {
  return {
    destination: 'destination' in remote ? remote.destination : '',
    user: 'user' in remote ? (remote.user ?? '') : '',
    port: remote.port === null ? '' : String(remote.port),
    become: formatShellWords(remote.become),
    prefix: formatShellWords(remote.prefix),
    configFiles: remote.configFiles.join('\n'),
  };
}

function pathsOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** The errors of the ssh access form, by field. The contract checks more when it is saved. */
export function sshErrors(values: SshValues, of: 'host' | 'cloud'): SshErrors {
  const errors: SshErrors = {};
  const destination = values.destination.trim();
  if (of === 'host' && destination === '') errors.destination = 'Enter a host, user@host, or an alias.';
  if (of === 'host' && (/\s/.test(destination) || destination.startsWith('-')))
    errors.destination = 'Not a valid ssh destination. Example: glance@glance-01.';
  if (of === 'cloud' && /[\s@]/.test(values.user.trim())) errors.user = 'Not a valid user name.';
  if (values.port.trim() !== '' && portOf(values) === undefined) errors.port = 'A number from 1 to 65535.';
  for (const field of ['become', 'prefix'] as const) {
    const words = parseShellWords(values[field]);
    if (!words) errors[field] = 'A quote is not closed.';
    else if (words[0]?.startsWith('-')) errors[field] = 'Start with a program, not an option.';
  }
  if (pathsOf(values.configFiles).some((file) => !file.startsWith('/') || file.length < 2))
    errors.configFiles = 'Full paths only, one a line.';
  return errors;
}

function portOf({ port }: SshValues): number | undefined {
  return parseWholeNumber(port, 1, 65_535);
}

function commonAccess(values: SshValues) {
  return {
    port: portOf(values) ?? null,
    become: parseShellWords(values.become) ?? [],
    prefix: parseShellWords(values.prefix) ?? [],
    configFiles: pathsOf(values.configFiles),
  };
}

/** The ssh access to a host, from values without errors. */
export function sshAccess(values: SshValues): RemoteAccess {
  return { destination: values.destination.trim(), ...commonAccess(values) };
}

/** The ssh access to the hosts of a cloud, from values without errors. */
export function cloudSshAccess(values: SshValues): CloudRemoteAccess {
  return { user: values.user.trim() === '' ? null : values.user.trim(), ...commonAccess(values) };
}

/** The hostname in an address, without the brackets of IPv6: `glance-01` in `https://glance-01:9292`. */
export function hostnameOf(address: string): string {
  return URL.canParse(address) ? new URL(address).hostname.replace(/^\[(.*)\]$/, '$1') : '';
}
